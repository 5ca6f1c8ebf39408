BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0020');
CREATE TABLE checkpoint (
	id VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	step VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	attempt INTEGER NOT NULL, 
	value TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE code (
	digest VARCHAR NOT NULL, 
	steps TEXT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "code" VALUES('9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','{"plan":"cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b","release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}','b54552033f1d8b9a24611aedbefb55a001ba4796');
INSERT INTO "code" VALUES('c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}','e94f38062dd7c4b03f5e5d4173c2be0d8649ddfa');
INSERT INTO "code" VALUES('bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}','71beb30da1445ae75b4172b3b56e327ebb6d94db');
INSERT INTO "code" VALUES('580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','{"read_sensor":"d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5"}','557a44688977459e0b59caddd68b673b8606c0f4');
INSERT INTO "code" VALUES('0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}','be08e332a3fce936c6f6aad400dba65cdc657078');
CREATE TABLE consumer (
	name VARCHAR NOT NULL, 
	cursor INTEGER NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE decision (
	id VARCHAR NOT NULL, 
	request_id VARCHAR NOT NULL, 
	choice VARCHAR NOT NULL, 
	actor VARCHAR NOT NULL, 
	as_user VARCHAR, 
	comment TEXT NOT NULL, 
	at BIGINT NOT NULL, stage INTEGER DEFAULT '0' NOT NULL, member_of TEXT DEFAULT '[]' NOT NULL, value TEXT, digest VARCHAR DEFAULT '' NOT NULL, on_behalf VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "decision" VALUES('ship-1ke6p4ym06bb6j.go_live:1','ship-1ke6p4ym06bb6j.go_live','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]','{"replicas":7,"note":"n"}','c7bcf6b8a441fa2b3dfd4f268663c55d18f699378ae0f4a6fb5b755c9803e1c0','');
INSERT INTO "decision" VALUES('staged-1ke6p4ym0kp9tb.both:1','staged-1ke6p4ym0kp9tb.both','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'f38483331783b0ada73b482844c5cfa9b8a2616b55e4d7da85e3b4f3f68f9a99','');
INSERT INTO "decision" VALUES('revocable-1ke6p4ym0wkdax.take_back:1','revocable-1ke6p4ym0wkdax.take_back','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'c5ccea7df2fd4f8f355d27e817d64542acd1bca66f4f338097f6edfc39c47b27','');
INSERT INTO "decision" VALUES('flaky-1ke6p4ym0skq99.first:1','flaky-1ke6p4ym0skq99.first','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'763c631b31a72ccc337cf13d0feca7895efd9ad4f45e071f78dab28421c888c4','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','ship','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"ship","nodes":[{"after":[],"failure":null,"kind":"step","name":"plan","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2953fe45833acab3ab371af77d05f895b5499354f8c48542de179a04d227f7dd","takes_ctx":false,"takes_input":true,"timeout":null,"title":"plan","when":null},{"after":[],"ask":"Ship {input.item} for {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":{"fields":{"properties":{"note":{"default":"","title":"Note","type":"string"},"replicas":{"title":"Replicas","type":"integer"}},"required":["replicas"],"title":"Change","type":"object"},"options":{},"proposed":"plan","sole":""},"hours":null,"kind":"approval","leavers_count":false,"name":"go_live","needs":[{"join":"value","parameter":"plan","step":"plan"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Note","source":"plan.note"},{"before":"input","kind":"diff","label":"Plan","source":"plan"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"go-live","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"release","needs":[{"join":"value","parameter":"go_live","step":"go_live"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:a455f821e77ea65e987ec983cfc0b82ee74753d731a75b565789d01f57f54af0","takes_ctx":false,"takes_input":false,"timeout":null,"title":"release","when":{"kind":"outcome","outcome":"approved","step":"go_live"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ship","triggers":[]}',1767603600000000,'2e8d7dc19c2402aa2fe11ec75a20d1ee72dfd50f');
INSERT INTO "definition" VALUES('b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','staged','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"staged","nodes":[{"after":[],"ask":"Buy {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"both","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"former":[],"needs":2}]},{"name":"second","quorums":[{"approvers":["U9"],"former":[],"needs":1}]}],"title":"both","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"buy","needs":[{"join":"value","parameter":"both","step":"both"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:83871677971d827e7cceab542e6562cc17f459939ba3fc0126412e234c1490ee","takes_ctx":false,"takes_input":true,"timeout":null,"title":"buy","when":{"kind":"outcome","outcome":"approved","step":"both"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"staged","triggers":[]}',1767603600000000,'50f057c629b9a9434bd37232aa6e4bbfdaaba177');
INSERT INTO "definition" VALUES('ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','revocable','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"revocable","nodes":[{"after":[],"ask":"Delete {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"take_back","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"take-back","undo":3600.0,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"delete","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:b5ada7a2397f6ea8b620564a42286426a263c485be1eac784334c84367679a42","takes_ctx":false,"takes_input":true,"timeout":null,"title":"delete","when":{"kind":"outcome","outcome":"approved","step":"take_back"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"revocable","triggers":[]}',1767603600000000,'89e212f665834a7482e0161a960a6d45eccad40d');
INSERT INTO "definition" VALUES('79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','fails','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"fails","nodes":[{"after":[],"failure":null,"kind":"step","name":"read_sensor","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"read-sensor","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"fails","triggers":[]}',1767603600000000,'25c049e47104bd95ebebd3be3739d04b043ba5e8');
INSERT INTO "definition" VALUES('2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','flaky','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"flaky","nodes":[{"after":[],"ask":"Pay {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"first","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"first","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"pay","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:b25e2ea904eab4e6fe3d270909aa31919e1dc82e7a70f2b6799bbecb355836af","takes_ctx":true,"takes_input":true,"timeout":null,"title":"pay","when":{"kind":"outcome","outcome":"approved","step":"first"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"flaky","triggers":[]}',1767603600000000,'3112bd088dd89f0a85c8368c84b8e34c98f9eaa3');
CREATE TABLE delivery (
	"key" VARCHAR NOT NULL, 
	consumer VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	target TEXT NOT NULL, 
	data TEXT NOT NULL, 
	wanted INTEGER NOT NULL, 
	sent INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	ref TEXT, 
	ref_key VARCHAR, 
	not_before BIGINT, 
	tries INTEGER NOT NULL, 
	error VARCHAR NOT NULL, 
	created INTEGER NOT NULL, lane VARCHAR DEFAULT '' NOT NULL, source VARCHAR DEFAULT '' NOT NULL, inside VARCHAR DEFAULT '' NOT NULL, follows VARCHAR DEFAULT '' NOT NULL, rank INTEGER DEFAULT '5' NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE event (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	type VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	actor VARCHAR NOT NULL, 
	as_user VARCHAR, 
	run_id VARCHAR, 
	workflow VARCHAR, 
	step VARCHAR, 
	request_id VARCHAR, 
	trace_id VARCHAR, 
	data TEXT NOT NULL
, n INTEGER, hash VARCHAR, rows TEXT);
INSERT INTO "event" VALUES(1,'log.sealed',1767603600000000,'engine:engine',NULL,NULL,NULL,NULL,NULL,NULL,'{}',1,'2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',NULL);
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym066paz','ship',NULL,NULL,'03110618ebfeef6ec8656ad3547c7570','{"input":{"item":"valve","amount":12345.67},"trigger":"manual"}',1,'2:79bcf609852058f14d841d46540d03824d6ac5183155789b5c6d284febe312f1',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym066paz','ship',NULL,NULL,'03110618ebfeef6ec8656ad3547c7570','{}',2,'2:643cfe14bc1cd857d5498fbc0bafd56b73bd5be5be55b0c6dddc9999985ca0b6',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym066paz','ship','plan',NULL,'03110618ebfeef6ec8656ad3547c7570','{"attempt":1,"title":"plan"}',3,'2:6a7366b850bc14d2027d13656b95c6ad70c9d5e726d173e50d176612c6ade5d8','{"run":"49a90aa0f94c8311053452dff8f8df4893b642fc","step.plan":"de49e5422bf1865b9758173e3261ee15bad571fb"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym066paz','ship','plan',NULL,'03110618ebfeef6ec8656ad3547c7570','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:98b4d27959d11b2d95702db5f160587fe7e83eaf0a41b7a13df2d56fb5792073',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym066paz','ship','go_live','ship-1ke6p4ym066paz.go_live','03110618ebfeef6ec8656ad3547c7570','{"kind":"approval"}',5,'2:7f9f0e464b408d5b12a6fde2551dcd017fb373f0508d4334008ee97c4c4563f6',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym066paz','ship',NULL,NULL,'03110618ebfeef6ec8656ad3547c7570','{"reason":"waits for people at go-live"}',6,'2:f731b4b507f9056a8ce125f9ad32436ee4237f1509a2db23d897156fe4e560a1','{"run":"52e72cf140bb3f3af5a7309c68ee1b682716c3e3","step.plan":"3a2d545ea5f3d297e34457ab31e8af6f6c0fa73d","step.go_live":"e4cd07c5271081cd423a1688a7c6df000a496a31","request.ship-1ke6p4ym066paz.go_live":"f1c456ed35615e11c24a3260baa6b6eb599e1cc6","wait.expire:ship-1ke6p4ym066paz.go_live":"63302cbcd89e705cc8ced891722b28ecd926475e"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym06bb6j','ship',NULL,NULL,'35f5f8c674ff68cf9eca4a39017ca964','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:5a594afb7ed1f3d88c642e74962e5095e15237415c5b35ace29109e63c890b22',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym06bb6j','ship',NULL,NULL,'35f5f8c674ff68cf9eca4a39017ca964','{}',2,'2:5fe6d0147c7a3c3243f31b52b56f57de39b100b5ed6894db0ac7dbe8059812c7',NULL);
INSERT INTO "event" VALUES(10,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym06bb6j','ship','plan',NULL,'35f5f8c674ff68cf9eca4a39017ca964','{"attempt":1,"title":"plan"}',3,'2:97fa4b92a2a0e5f33a7a6ce1896e953d09a66bedcac8ab14ef9c354c3f402b81','{"run":"683c8eaa7f3990efc55a3d4630808a75b7e227fb","step.plan":"780069169ed4925f527706537af8f9313e5ea0f6"}');
INSERT INTO "event" VALUES(11,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym06bb6j','ship','plan',NULL,'35f5f8c674ff68cf9eca4a39017ca964','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:b7c7b1acb6d737f49f4747191bc280ca8e3c4a853303624648f4220caa43f787',NULL);
INSERT INTO "event" VALUES(12,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym06bb6j','ship','go_live','ship-1ke6p4ym06bb6j.go_live','35f5f8c674ff68cf9eca4a39017ca964','{"kind":"approval"}',5,'2:c5628ac761a0b17fc3c49412b5346b3f13735b8dbf335e870cbbb9ff1fde8c0d',NULL);
INSERT INTO "event" VALUES(13,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym06bb6j','ship',NULL,NULL,'35f5f8c674ff68cf9eca4a39017ca964','{"reason":"waits for people at go-live"}',6,'2:214e85973c3c5f7b8c51d6a758b1bcdceca1da1f85372b5a3ed3de51ae5fe376','{"run":"de86715bea7b7b198a9c9f15efeb257639bb0a69","step.plan":"490e8c870314e9469ce128f3b8c015439a80030a","step.go_live":"96626b89d4f7dcae3ed5b908aa11c874cf179166","request.ship-1ke6p4ym06bb6j.go_live":"fe3e5a27abd407dbf93c940bd074a2180025c277","wait.expire:ship-1ke6p4ym06bb6j.go_live":"0eb8a0dcc871d7496eb345291baefcec0d0dff1f"}');
INSERT INTO "event" VALUES(14,'request.decision',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym06bb6j','ship','go_live','ship-1ke6p4ym06bb6j.go_live','35f5f8c674ff68cf9eca4a39017ca964','{"digest":"c7bcf6b8a441fa2b3dfd4f268663c55d18f699378ae0f4a6fb5b755c9803e1c0","kind":"approval","choice":"approve","comment":"","changes":{"replicas":[5,7],"note":["more pumps","n"]}}',7,'2:747a7ecce37a08832ebf58aff628b350cb0b2c4d1bdc4327897fb224052c49bc',NULL);
INSERT INTO "event" VALUES(15,'request.decided',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym06bb6j','ship','go_live','ship-1ke6p4ym06bb6j.go_live','35f5f8c674ff68cf9eca4a39017ca964','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',8,'2:b2c8dfc78640f62979866d462b3a4c61bcdcbd04f0f6760bc0804a0e6e6b03c3',NULL);
INSERT INTO "event" VALUES(16,'step.started',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym06bb6j','ship','release',NULL,'35f5f8c674ff68cf9eca4a39017ca964','{"attempt":1,"title":"release"}',9,'2:49d17b1f7ccae465926bce4030aabdbe0e1459270527f4fd8de3f3066b3cef8e',NULL);
INSERT INTO "event" VALUES(17,'run.resumed',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym06bb6j','ship',NULL,NULL,'35f5f8c674ff68cf9eca4a39017ca964','{}',10,'2:d57b79e42f6be1360a1d770f926c4aabdebf6c4ec329692329c9a134df1663f4','{"run":"683c8eaa7f3990efc55a3d4630808a75b7e227fb","step.go_live":"0496af153d9fc593bb62a34886bc612ee7b7b2bc","step.release":"2804a12c3a60b0601c0093ba60756f0299ea8199","request.ship-1ke6p4ym06bb6j.go_live":"6221923e4b2743af38f2e960a32118616121d8e0","decision.ship-1ke6p4ym06bb6j.go_live:1":"879d755ab0ce3a3bcd928d69b64c01840a524770","wait.expire:ship-1ke6p4ym06bb6j.go_live":null,"wait.remind:ship-1ke6p4ym06bb6j.go_live":null}');
INSERT INTO "event" VALUES(18,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym06bb6j','ship','release',NULL,'35f5f8c674ff68cf9eca4a39017ca964','{"attempt":1,"title":"release","seconds":0.0,"log":[]}',11,'2:5b2c49b83c852bab25df94c051645232d6a078709480af3b18a4d65caab37846',NULL);
INSERT INTO "event" VALUES(19,'run.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym06bb6j','ship',NULL,NULL,'35f5f8c674ff68cf9eca4a39017ca964','{}',12,'2:9d149ed476ad59eea0cb187216cd96297299645a857bb6c479585056e78f5df2','{"run":"2ead9768cd9ebd5423216b7b8767903aa4e29f72","step.release":"55ebb56926ab312c5290d96dcdbbd8265b5e2cd9"}');
INSERT INTO "event" VALUES(20,'run.created',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0kp9tb','staged',NULL,NULL,'4934d36566b00c900c4529cdd221fd0a','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:672b21386b73adfc64d32227913dde2f06b4f3066496e1da10916fd931cdea4d',NULL);
INSERT INTO "event" VALUES(21,'run.started',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0kp9tb','staged',NULL,NULL,'4934d36566b00c900c4529cdd221fd0a','{}',2,'2:c759d8e267788a131b826727214a34e10b3d035cc4866e0e934bbc0cc3186c40',NULL);
INSERT INTO "event" VALUES(22,'request.opened',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0kp9tb','staged','both','staged-1ke6p4ym0kp9tb.both','4934d36566b00c900c4529cdd221fd0a','{"kind":"approval"}',3,'2:d58b614d5dd82b0bdf025214e5f3e2d0abbaf949e37b54f7e87fbafa75663e41',NULL);
INSERT INTO "event" VALUES(23,'run.waiting',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0kp9tb','staged',NULL,NULL,'4934d36566b00c900c4529cdd221fd0a','{"reason":"waits for people at both"}',4,'2:9922991f0785f06cdab89d7224b8d446c1dfc320eb563b937741d6d2da987871','{"run":"3e755cd481c7c9cbb34ec5a9f595e03b36fcf07e","step.both":"c6fa9e609c85d864b6344d50fdc134e5a5615409","request.staged-1ke6p4ym0kp9tb.both":"24941cdbd2a8a621bab36176ee591d742623fca8","wait.expire:staged-1ke6p4ym0kp9tb.both":"11a8255ed6c6a6e86f7f43a45437c8eee84a7a7a"}');
INSERT INTO "event" VALUES(24,'request.decision',1767603600000000,'slack:U1',NULL,'staged-1ke6p4ym0kp9tb','staged','both','staged-1ke6p4ym0kp9tb.both','4934d36566b00c900c4529cdd221fd0a','{"digest":"f38483331783b0ada73b482844c5cfa9b8a2616b55e4d7da85e3b4f3f68f9a99","kind":"approval","choice":"approve","comment":""}',5,'2:c489471cd8104aefb0eca20b183fa9d537aa1aa1b877c8e409fe88d18523edd9','{"run":"3e755cd481c7c9cbb34ec5a9f595e03b36fcf07e","request.staged-1ke6p4ym0kp9tb.both":"d4758584a98591ce2f48f308028cdac0e085a615","decision.staged-1ke6p4ym0kp9tb.both:1":"c3520da4c0a2b98d3684dae7f8be0fe64fedf2c1"}');
INSERT INTO "event" VALUES(25,'run.created',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0wkdax','revocable',NULL,NULL,'16e139f01c828968c32f57ce7a884cf7','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:ec720ba3b803931e4e11152e5442e9d2088da8d52a3ecc35f5f0c59870cec6fc',NULL);
INSERT INTO "event" VALUES(26,'run.started',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0wkdax','revocable',NULL,NULL,'16e139f01c828968c32f57ce7a884cf7','{}',2,'2:da72776d55014b903bf85624f7e347efdd29af0a9b43156f3ae210133bbd0bd0',NULL);
INSERT INTO "event" VALUES(27,'request.opened',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0wkdax','revocable','take_back','revocable-1ke6p4ym0wkdax.take_back','16e139f01c828968c32f57ce7a884cf7','{"kind":"approval"}',3,'2:e75c31ab5a123c42a3cb9379c1acb5e941d7804d1c7902fa43f3c63d261233da',NULL);
INSERT INTO "event" VALUES(28,'run.waiting',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0wkdax','revocable',NULL,NULL,'16e139f01c828968c32f57ce7a884cf7','{"reason":"waits for people at take-back"}',4,'2:c8c69a4cf877fafb5a5881bd62625e21a6d06f155532012a1d98726d98600e1d','{"run":"b0166e372ac3f097e65f73570946cf06e4f4824f","step.take_back":"9db8ca843bb9e94739ab7df5af532416de6185e5","request.revocable-1ke6p4ym0wkdax.take_back":"828cc60cd7ba2977be8ab142eb49222e7c0e0ee9","wait.expire:revocable-1ke6p4ym0wkdax.take_back":"3b34279e227bfdb30d79ff7c27c1d4ed6885390e"}');
INSERT INTO "event" VALUES(29,'request.decision',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0wkdax','revocable','take_back','revocable-1ke6p4ym0wkdax.take_back','16e139f01c828968c32f57ce7a884cf7','{"digest":"c5ccea7df2fd4f8f355d27e817d64542acd1bca66f4f338097f6edfc39c47b27","kind":"approval","choice":"approve","comment":""}',5,'2:7721bea9e8a7bc2d8b207081b799e029a4cdb877a95c064242cb826462c1fb78',NULL);
INSERT INTO "event" VALUES(30,'request.held',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0wkdax','revocable','take_back','revocable-1ke6p4ym0wkdax.take_back','16e139f01c828968c32f57ce7a884cf7','{"effective_at":"2026-01-05T10:00:00+00:00"}',6,'2:9f21394f5f9b4a86848e15514e279feab8723265e81b5dfdf337d730f2beb3ac','{"run":"b0166e372ac3f097e65f73570946cf06e4f4824f","request.revocable-1ke6p4ym0wkdax.take_back":"b21e8ebbe7eaa87d6ecb153c18300924164f70c7","decision.revocable-1ke6p4ym0wkdax.take_back:1":"207579f44ce06f2e76b6d495c72459ad4f7f61c5","wait.expire:revocable-1ke6p4ym0wkdax.take_back":null,"wait.remind:revocable-1ke6p4ym0wkdax.take_back":null,"wait.effect:revocable-1ke6p4ym0wkdax.take_back":"1bb0ae6b25fecb111c4eb348b5e72adfb214b22b"}');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0jq3fa','fails',NULL,NULL,'9cc88c49c06773ad7df861a913c26bee','{"input":null,"trigger":"manual"}',1,'2:4282fd11bb853a3f0a4f1b00ffc998ddb2359c3bf821feb880eced2fc49af9bb',NULL);
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0jq3fa','fails',NULL,NULL,'9cc88c49c06773ad7df861a913c26bee','{}',2,'2:31f995183baf9709e91cffc107df430b674451a97fc07fe529a8c6e2a5c160d4',NULL);
INSERT INTO "event" VALUES(33,'step.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0jq3fa','fails','read_sensor',NULL,'9cc88c49c06773ad7df861a913c26bee','{"attempt":1,"title":"read-sensor"}',3,'2:1067c6553cbe94a1bcdbca6036ef49d00b7d11ff060c332a508c57b39b666408','{"run":"8884a831c9ec83eea7e37774512d641898ecd27f","step.read_sensor":"737ead8874e6bde74db6b17f0d1938b1ab9c7c5f"}');
INSERT INTO "event" VALUES(34,'step.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0jq3fa','fails','read_sensor',NULL,'9cc88c49c06773ad7df861a913c26bee','{"log":[],"attempt":1,"title":"read-sensor","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:0e91680c17097b67ac0a6f5a112dfe9ce8bdb2db6d4283f6d36b6972cb272d36',NULL);
INSERT INTO "event" VALUES(35,'request.opened',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0jq3fa','fails','read_sensor','fails-1ke6p4ym0jq3fa.read_sensor.1','9cc88c49c06773ad7df861a913c26bee','{"kind":"failure"}',5,'2:1279d81be6a642b47d20853e7a8b6793b9a5ab0467cac47bb12bd562c0913fc2',NULL);
INSERT INTO "event" VALUES(36,'run.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0jq3fa','fails',NULL,NULL,'9cc88c49c06773ad7df861a913c26bee','{"reason":"waits for people at read-sensor"}',6,'2:d7c6de324d0f82ce0f4ca92e17d9dbc5139882484ad50b4333602af612603727','{"run":"21922a51bc2fac145e38c65f0f1aee367dc10997","step.read_sensor":"b36fc9ec1018c18d7a9b441bb01b8662f041c355","request.fails-1ke6p4ym0jq3fa.read_sensor.1":"e39a36e6ce23d21641d9baf36e63c7b1e557f5f3","wait.expire:fails-1ke6p4ym0jq3fa.read_sensor.1":"c8a6d7b911bbfd11a3738238116f218ea726807f","wait.remind:fails-1ke6p4ym0jq3fa.read_sensor.1":"6a5058ccea20152adc31832f7450e6f0b8a5c96a"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0skq99','flaky',NULL,NULL,'63f685c7444ca349eef090d2e4da4287','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:a0c7723076e665e16cd3c1f68d55206040a51433f14eba56ee473239bf62a29b',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0skq99','flaky',NULL,NULL,'63f685c7444ca349eef090d2e4da4287','{}',2,'2:e40355713025cb3d6525b66dc669e39426093d8c9bc048c596224ccb2fef4d4f',NULL);
INSERT INTO "event" VALUES(39,'request.opened',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0skq99','flaky','first','flaky-1ke6p4ym0skq99.first','63f685c7444ca349eef090d2e4da4287','{"kind":"approval"}',3,'2:dcf448c0b364413fb21ec6b2e273fcf1f46869caac3f870642e66036b00bca15',NULL);
INSERT INTO "event" VALUES(40,'run.waiting',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0skq99','flaky',NULL,NULL,'63f685c7444ca349eef090d2e4da4287','{"reason":"waits for people at first"}',4,'2:028c19ded20b8df854ad2d250dc6d71c367bcb752ed317a68658f48f35ae9c6c','{"run":"98abf63c6bbb851e89428197898cdca47c5e5786","step.first":"a259f1043eea794fc6f76e83ee460b77bacafbab","request.flaky-1ke6p4ym0skq99.first":"c009c4fd502f51c0b75b7289b8f85e484ff45c86","wait.expire:flaky-1ke6p4ym0skq99.first":"48f760eb38cfc169c9a7eae11b58278aa3b3d84b"}');
INSERT INTO "event" VALUES(41,'request.decision',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0skq99','flaky','first','flaky-1ke6p4ym0skq99.first','63f685c7444ca349eef090d2e4da4287','{"digest":"763c631b31a72ccc337cf13d0feca7895efd9ad4f45e071f78dab28421c888c4","kind":"approval","choice":"approve","comment":""}',5,'2:2736868dcc80b18274b7b368bf4f45066544764cb63d3f8cd05ad4a4bca946a1',NULL);
INSERT INTO "event" VALUES(42,'request.decided',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0skq99','flaky','first','flaky-1ke6p4ym0skq99.first','63f685c7444ca349eef090d2e4da4287','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',6,'2:72ac07ba00fb4502734ffc72fda259a98bb5291254a08503921946e3c67fcfc7',NULL);
INSERT INTO "event" VALUES(43,'step.started',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0skq99','flaky','pay',NULL,'63f685c7444ca349eef090d2e4da4287','{"attempt":1,"title":"pay"}',7,'2:de42582b58fa82cbc705dc8b8a8af7d9122a93b1bcd981e92cc384162e0cc763',NULL);
INSERT INTO "event" VALUES(44,'run.resumed',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0skq99','flaky',NULL,NULL,'63f685c7444ca349eef090d2e4da4287','{}',8,'2:4597c0058d84cde0685fc6b7398c41577614be4578a05d15e8a3f28a82aa5b75','{"run":"9c1f0acfe11cd02a88aae2926e56527102f44219","step.first":"e5b4811fcbf7c1d52eae79350c29114b710621b6","step.pay":"d25f36ef9276afb07521824463d5f3a83a18b7d1","request.flaky-1ke6p4ym0skq99.first":"e1a29aabb7e81414699d83a8f033fea5f9f9b286","decision.flaky-1ke6p4ym0skq99.first:1":"6984286b01e9092bf0790478fff9e31a957b444e","wait.expire:flaky-1ke6p4ym0skq99.first":null,"wait.remind:flaky-1ke6p4ym0skq99.first":null}');
INSERT INTO "event" VALUES(45,'step.retrying',1767603600000000,'engine:engine',NULL,'flaky-1ke6p4ym0skq99','flaky','pay',NULL,'63f685c7444ca349eef090d2e4da4287','{"attempt":1,"title":"pay","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 330, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:07:58.598727+00:00","log":[]}',9,'2:7f928003ef876469476f64ab5ad5e505ca0322d33ec2d7b07eef0c5e3b6bc732','{"step.pay":"61b4036d70ebffa0a78cbe6e5d6ff7a2fb1759cf","wait.retry:flaky-1ke6p4ym0skq99:pay":"0124290eaae212817045a9c6549434567337b821"}');
CREATE TABLE failure_card (
	request_id VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	step VARCHAR NOT NULL, 
	likeness VARCHAR NOT NULL, 
	card VARCHAR NOT NULL, 
	is_open BOOLEAN NOT NULL, 
	PRIMARY KEY (request_id)
);
INSERT INTO "failure_card" VALUES('fails-1ke6p4ym0jq3fa.read_sensor.1','fails-1ke6p4ym0jq3fa','fails','read_sensor','5b6df722e4f37ce26e6bae1e8a9f4cf1','fails-1ke6p4ym0jq3fa.read_sensor.1',1);
CREATE TABLE follow_up (
	id VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	step VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	input TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE installation (
	name VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE log (
	id INTEGER NOT NULL, 
	since INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	digest VARCHAR NOT NULL, 
	head VARCHAR NOT NULL, 
	events INTEGER NOT NULL, 
	facts TEXT NOT NULL, 
	"key" VARCHAR NOT NULL, 
	seal VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "log" VALUES(1,0,45,'4877ba6c744372cdc31f8ea241221524546c5883e9c2d3282c6240f74e481bb8','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{"(covered)":"0"}','62786af4087c2bae','cc89cca5e9afdb78bbe778c12f2141dbb86d35d2');
CREATE TABLE pruned_event (
	seq INTEGER NOT NULL, 
	hash VARCHAR NOT NULL, 
	PRIMARY KEY (seq)
);
CREATE TABLE request (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	step VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	ask TEXT NOT NULL, 
	policy TEXT NOT NULL, 
	requester VARCHAR NOT NULL, 
	requester_as VARCHAR, 
	opened_at BIGINT NOT NULL, 
	shown TEXT NOT NULL, 
	channel VARCHAR, 
	expires_at BIGINT, 
	reminders INTEGER NOT NULL, 
	outcome VARCHAR, 
	ended_at BIGINT, 
	effective_at BIGINT, 
	failure TEXT, 
	attempts INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "request" VALUES('ship-1ke6p4ym066paz.go_live','approval','ship-1ke6p4ym066paz','ship','go_live','open',1,'Ship valve for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":5,"note":"more valves"},"proposed":{"replicas":5,"note":"more valves"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"2248960b41aad962e66cea66fb923a047b455d68b59d283f164d68572862a117","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","amount"]}','slack:U4',NULL,1767603600000000,'[["Note","more valves","value"],["Plan",{"before":{"item":"valve","amount":12345.67},"after":{"replicas":5,"note":"more valves"}},"diff",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('ship-1ke6p4ym06bb6j.go_live','approval','ship-1ke6p4ym06bb6j','ship','go_live','decided',3,'Ship pump for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":7,"note":"n"},"proposed":{"replicas":5,"note":"more pumps"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"c7bcf6b8a441fa2b3dfd4f268663c55d18f699378ae0f4a6fb5b755c9803e1c0","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","amount"]}','slack:U4',NULL,1767603600000000,'[["Note","more pumps","value"],["Plan",{"before":{"item":"pump","amount":12345.67},"after":{"replicas":5,"note":"more pumps"}},"diff",true]]',NULL,1767618000000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('staged-1ke6p4ym0kp9tb.both','approval','staged-1ke6p4ym0kp9tb','staged','both','open',2,'Buy pump?','{"choices":["approve","reject"],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"needs":2,"former":[]}]},{"name":"second","quorums":[{"approvers":["U9"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('revocable-1ke6p4ym0wkdax.take_back','approval','revocable-1ke6p4ym0wkdax','revocable','take_back','held',3,'Delete pump?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":3600.0,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}},"digest":"c5ccea7df2fd4f8f355d27e817d64542acd1bca66f4f338097f6edfc39c47b27","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767607200000000,NULL,0);
INSERT INTO "request" VALUES('fails-1ke6p4ym0jq3fa.read_sensor.1','failure','fails-1ke6p4ym0jq3fa','fails','read_sensor','open',1,'fails failed at read-sensor','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('flaky-1ke6p4ym0skq99.first','approval','flaky-1ke6p4ym0skq99','flaky','first','decided',3,'Pay 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}},"digest":"763c631b31a72ccc337cf13d0feca7895efd9ad4f45e071f78dab28421c888c4","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["amount"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
CREATE TABLE resource (
	name VARCHAR NOT NULL, 
	limits TEXT NOT NULL, 
	state TEXT NOT NULL, 
	opened_at BIGINT, 
	half_opens_at BIGINT, 
	PRIMARY KEY (name)
);
CREATE TABLE run (
	id VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	definition VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	input TEXT NOT NULL, 
	actor VARCHAR NOT NULL, 
	as_user VARCHAR, 
	"trigger" VARCHAR NOT NULL, 
	channel VARCHAR, 
	trace_id VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	started_at BIGINT, 
	ended_at BIGINT, 
	reason VARCHAR NOT NULL, head VARCHAR DEFAULT '' NOT NULL, events INTEGER DEFAULT '0' NOT NULL, tail VARCHAR DEFAULT '' NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, base TEXT, priority INTEGER DEFAULT '0' NOT NULL, concurrency_key VARCHAR DEFAULT '' NOT NULL, further_requesters TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "run" VALUES('ship-1ke6p4ym066paz','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','waiting',2,'{"item":"valve","amount":12345.67}','slack:U4',NULL,'manual',NULL,'03110618ebfeef6ec8656ad3547c7570',1767603600000000,1767603600000000,NULL,'waits for people at go-live','2:f731b4b507f9056a8ce125f9ad32436ee4237f1509a2db23d897156fe4e560a1',6,'6paz','397844ee26cd529dd002ea632f3665f11b4f57ec',NULL,0,'','');
INSERT INTO "run" VALUES('ship-1ke6p4ym06bb6j','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','succeeded',4,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'35f5f8c674ff68cf9eca4a39017ca964',1767603600000000,1767603600000000,1767603600000000,'','2:9d149ed476ad59eea0cb187216cd96297299645a857bb6c479585056e78f5df2',12,'bb6j','d8d4dec7f5a62f1646d6d0dec89f960b1fb511ee',NULL,0,'','');
INSERT INTO "run" VALUES('staged-1ke6p4ym0kp9tb','staged','b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'4934d36566b00c900c4529cdd221fd0a',1767603600000000,1767603600000000,NULL,'waits for people at both','2:c489471cd8104aefb0eca20b183fa9d537aa1aa1b877c8e409fe88d18523edd9',5,'p9tb','e9264b40677b6306f38e93e3457c1241a8d7dc37',NULL,0,'','');
INSERT INTO "run" VALUES('revocable-1ke6p4ym0wkdax','revocable','ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'16e139f01c828968c32f57ce7a884cf7',1767603600000000,1767603600000000,NULL,'waits for people at take-back','2:9f21394f5f9b4a86848e15514e279feab8723265e81b5dfdf337d730f2beb3ac',6,'kdax','641a2edfe0ee5432469d79ed9c583e38d9031016',NULL,0,'','');
INSERT INTO "run" VALUES('fails-1ke6p4ym0jq3fa','fails','79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','waiting',2,'null','slack:U4',NULL,'manual',NULL,'9cc88c49c06773ad7df861a913c26bee',1767603600000000,1767603600000000,NULL,'waits for people at read-sensor','2:d7c6de324d0f82ce0f4ca92e17d9dbc5139882484ad50b4333602af612603727',6,'q3fa','3ca020fe63965bda7fea995d21b1d0dd6bd513e9',NULL,0,'','');
INSERT INTO "run" VALUES('flaky-1ke6p4ym0skq99','flaky','2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','running',3,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'63f685c7444ca349eef090d2e4da4287',1767603600000000,1767603600000000,NULL,'','2:7f928003ef876469476f64ab5ad5e505ca0322d33ec2d7b07eef0c5e3b6bc732',9,'kq99','bdd486c2bddb9dc037ad630ec63702563ce416b2',NULL,0,'','');
CREATE TABLE schedule (
	workflow VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	next_fire_at BIGINT, 
	last_fire_at BIGINT, cursor TEXT, failures INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (workflow, "key")
);
CREATE TABLE signal (
	run_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	payload TEXT NOT NULL, 
	actor VARCHAR NOT NULL, 
	as_user VARCHAR, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (run_id, name)
)
 WITHOUT ROWID

;
CREATE TABLE step_report (
	run_id VARCHAR NOT NULL, 
	step VARCHAR NOT NULL, 
	attempt INTEGER NOT NULL, 
	progress TEXT, 
	log TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (run_id, step)
);
CREATE TABLE step_run (
	run_id VARCHAR NOT NULL, 
	step VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	attempt INTEGER NOT NULL, 
	round INTEGER NOT NULL, 
	crashes INTEGER NOT NULL, 
	failures INTEGER NOT NULL, 
	started_at BIGINT, 
	ended_at BIGINT, 
	next_attempt_at BIGINT, 
	output TEXT, 
	failure TEXT, 
	reason VARCHAR NOT NULL, 
	log TEXT, 
	code_digest VARCHAR NOT NULL, deaths INTEGER DEFAULT '0' NOT NULL, queued_at BIGINT, round_started_at BIGINT, 
	PRIMARY KEY (run_id, step)
)
 WITHOUT ROWID

;
INSERT INTO "step_run" VALUES('fails-1ke6p4ym0jq3fa','read_sensor','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5',0,NULL,NULL);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0skq99','first','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0skq99','pay','retrying',1,1,0,1,1767603600000000,1767603600000000,1767604078598727,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 330, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd',0,NULL,NULL);
INSERT INTO "step_run" VALUES('revocable-1ke6p4ym0wkdax','take_back','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym066paz','go_live','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym066paz','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more valves"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym06bb6j','go_live','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00","value":{"replicas":7,"note":"n"}}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym06bb6j','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more pumps"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym06bb6j','release','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'"7 replicas"',NULL,'',NULL,'991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6',0,NULL,NULL);
INSERT INTO "step_run" VALUES('staged-1ke6p4ym0kp9tb','both','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
CREATE TABLE tombstone (
	run_id VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	head VARCHAR NOT NULL, 
	events INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	ended_at BIGINT NOT NULL, 
	pruned_at BIGINT NOT NULL, 
	PRIMARY KEY (run_id)
);
CREATE TABLE trigger_fact (
	workflow VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	fact VARCHAR NOT NULL, 
	run_id VARCHAR, 
	at BIGINT NOT NULL, 
	due_at BIGINT, 
	input TEXT, 
	PRIMARY KEY (workflow, "key", fact)
);
CREATE TABLE wait (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	step VARCHAR NOT NULL, 
	request_id VARCHAR, 
	due_at BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "wait" VALUES('expire:ship-1ke6p4ym066paz.go_live','expire','ship-1ke6p4ym066paz','go_live','ship-1ke6p4ym066paz.go_live',1767618000000000);
INSERT INTO "wait" VALUES('expire:staged-1ke6p4ym0kp9tb.both','expire','staged-1ke6p4ym0kp9tb','both','staged-1ke6p4ym0kp9tb.both',1767776400000000);
INSERT INTO "wait" VALUES('effect:revocable-1ke6p4ym0wkdax.take_back','effect','revocable-1ke6p4ym0wkdax','take_back','revocable-1ke6p4ym0wkdax.take_back',1767607200000000);
INSERT INTO "wait" VALUES('expire:fails-1ke6p4ym0jq3fa.read_sensor.1','expire','fails-1ke6p4ym0jq3fa','read_sensor','fails-1ke6p4ym0jq3fa.read_sensor.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:fails-1ke6p4ym0jq3fa.read_sensor.1','remind','fails-1ke6p4ym0jq3fa','read_sensor','fails-1ke6p4ym0jq3fa.read_sensor.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:flaky-1ke6p4ym0skq99:pay','retry','flaky-1ke6p4ym0skq99','pay',NULL,1767604078598727);
CREATE INDEX ix_decision_request_id ON decision (request_id);
CREATE INDEX delivery_by_subject ON delivery (subject, kind);
CREATE INDEX delivery_due ON delivery (consumer, created) WHERE sent < wanted AND state <> 'dead';
CREATE INDEX ix_delivery_ref_key ON delivery (ref_key);
CREATE INDEX event_by_run ON event (run_id, seq);
CREATE INDEX request_by_run ON request (run_id);
CREATE INDEX request_by_state ON request (state, opened_at, id);
CREATE INDEX run_by_actor ON run (actor, created_at, id);
CREATE INDEX run_by_age ON run (created_at, id);
CREATE INDEX run_by_state ON run (state, created_at, id);
CREATE INDEX run_by_workflow ON run (workflow, created_at, id);
CREATE INDEX ix_schedule_next_fire_at ON schedule (next_fire_at);
CREATE INDEX ix_wait_due_at ON wait (due_at);
CREATE INDEX ix_wait_run_id ON wait (run_id);
CREATE INDEX run_by_tail ON run (tail);
CREATE INDEX run_by_workflow_and_state ON run (workflow, state, created_at, id);
CREATE INDEX request_by_step ON request (workflow, step, opened_at);
CREATE INDEX run_unfinished ON run (actor) WHERE ended_at IS NULL;
CREATE INDEX ix_trigger_fact_due_at ON trigger_fact (due_at);
CREATE INDEX ix_checkpoint_run_id ON checkpoint (run_id);
CREATE INDEX failure_card_open ON failure_card (workflow, step, likeness) WHERE is_open = 1;
CREATE INDEX failure_card_by_card ON failure_card (card);
CREATE INDEX step_queued ON step_run (queued_at) WHERE queued_at IS NOT NULL;
CREATE INDEX ix_follow_up_run_id ON follow_up (run_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',45);
COMMIT;
