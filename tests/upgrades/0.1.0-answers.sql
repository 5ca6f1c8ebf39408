BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0023');
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
INSERT INTO "code" VALUES('9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','{"plan":"cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b","release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}','abc4d63ab69574e87de066a35d8f0c208ec3598f');
INSERT INTO "code" VALUES('c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}','3dc6699ebdd0bfd854b53c7ee634778b37b2a80e');
INSERT INTO "code" VALUES('bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}','c9a8825430daabbaba43a0718596566e82cbd3b0');
INSERT INTO "code" VALUES('580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','{"read_sensor":"d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5"}','815b0d43b2fc5d5326c774b65a2e25be8b6ee219');
INSERT INTO "code" VALUES('0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}','2fd5ffd2a953def99461a08bcedd4071d1f323ca');
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
INSERT INTO "decision" VALUES('ship-1ke6p4ym0d2et8.go_live:1','ship-1ke6p4ym0d2et8.go_live','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]','{"replicas":7,"note":"n"}','ea67e67e2fcb8a2ba1a1e4dcb3773cdaab71f2c29fd17215e24acc06ffddd329','');
INSERT INTO "decision" VALUES('staged-1ke6p4ym0gggq0.both:1','staged-1ke6p4ym0gggq0.both','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'e1182ca5c2e827afec9174434b9ebe3fecb0656564d1717f12a42e7067ea9334','');
INSERT INTO "decision" VALUES('revocable-1ke6p4ym05ajc6.take_back:1','revocable-1ke6p4ym05ajc6.take_back','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'2969674ade9f9d2aec97146b2f9296ae266eef3a12f4681a3e2074c480423227','');
INSERT INTO "decision" VALUES('flaky-1ke6p4ym0tr66t.first:1','flaky-1ke6p4ym0tr66t.first','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'692bb46970f1cb6a106bb5d8cc9149ceccc8e6ad93f02c25ba5097b17e9cf456','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','ship','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"ship","nodes":[{"after":[],"failure":null,"kind":"step","name":"plan","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2953fe45833acab3ab371af77d05f895b5499354f8c48542de179a04d227f7dd","takes_ctx":false,"takes_input":true,"timeout":null,"title":"plan","when":null},{"after":[],"ask":"Ship {input.item} for {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":{"fields":{"properties":{"note":{"default":"","title":"Note","type":"string"},"replicas":{"title":"Replicas","type":"integer"}},"required":["replicas"],"title":"Change","type":"object"},"options":{},"proposed":"plan","sole":""},"hours":null,"kind":"approval","leavers_count":false,"name":"go_live","needs":[{"join":"value","parameter":"plan","step":"plan"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Note","source":"plan.note"},{"before":"input","kind":"diff","label":"Plan","source":"plan"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"go-live","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"release","needs":[{"join":"value","parameter":"go_live","step":"go_live"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:a455f821e77ea65e987ec983cfc0b82ee74753d731a75b565789d01f57f54af0","takes_ctx":false,"takes_input":false,"timeout":null,"title":"release","when":{"kind":"outcome","outcome":"approved","step":"go_live"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ship","triggers":[]}',1767603600000000,'24780add4effa769209c755797b0ec023f599864');
INSERT INTO "definition" VALUES('b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','staged','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"staged","nodes":[{"after":[],"ask":"Buy {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"both","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"former":[],"needs":2}]},{"name":"second","quorums":[{"approvers":["U9"],"former":[],"needs":1}]}],"title":"both","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"buy","needs":[{"join":"value","parameter":"both","step":"both"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:83871677971d827e7cceab542e6562cc17f459939ba3fc0126412e234c1490ee","takes_ctx":false,"takes_input":true,"timeout":null,"title":"buy","when":{"kind":"outcome","outcome":"approved","step":"both"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"staged","triggers":[]}',1767603600000000,'3f2af458263b7d392f2b1c53606ad5a033854164');
INSERT INTO "definition" VALUES('ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','revocable','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"revocable","nodes":[{"after":[],"ask":"Delete {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"take_back","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"take-back","undo":3600.0,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"delete","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:b5ada7a2397f6ea8b620564a42286426a263c485be1eac784334c84367679a42","takes_ctx":false,"takes_input":true,"timeout":null,"title":"delete","when":{"kind":"outcome","outcome":"approved","step":"take_back"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"revocable","triggers":[]}',1767603600000000,'f96017ba0f73360edceca03b12e3ea0a80abddee');
INSERT INTO "definition" VALUES('79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','fails','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"fails","nodes":[{"after":[],"failure":null,"kind":"step","name":"read_sensor","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"read-sensor","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"fails","triggers":[]}',1767603600000000,'034fc7111a02dcf6ba081f5f62ecd917fb94e4f2');
INSERT INTO "definition" VALUES('2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','flaky','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"flaky","nodes":[{"after":[],"ask":"Pay {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"first","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"first","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"pay","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:b25e2ea904eab4e6fe3d270909aa31919e1dc82e7a70f2b6799bbecb355836af","takes_ctx":true,"takes_input":true,"timeout":null,"title":"pay","when":{"kind":"outcome","outcome":"approved","step":"first"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"flaky","triggers":[]}',1767603600000000,'c825bebda3180acde7aea55a329cd64c79a402db');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0wt5ry','ship',NULL,NULL,'0e96ea06a98a2d93345a35a5e8fadfc5','{"input":{"item":"valve","amount":12345.67},"trigger":"manual"}',1,'2:a265bc0c876a42435532df9691ae13bb3ee9c9adc77910c776bed9d95ba2272f',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0wt5ry','ship',NULL,NULL,'0e96ea06a98a2d93345a35a5e8fadfc5','{}',2,'2:acac91591b92667ed3c55a0a137f9d601139aa9f746359ef192e5fbc434d3cbf',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0wt5ry','ship','plan',NULL,'0e96ea06a98a2d93345a35a5e8fadfc5','{"attempt":1,"title":"plan"}',3,'2:37ea6ac7e5a69bfb0019563856dc1231062cd0771e0bea028c225aa82c4d2b3b','{"run":"566fc32c7f36a4ca28f91e9cf9a6565b7bc713da","step.plan":"69abe014f092f8039b022c59b94678baa0e06a9b"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0wt5ry','ship','plan',NULL,'0e96ea06a98a2d93345a35a5e8fadfc5','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:7330c5d0899afd666cb8fe7044cfd472c93457fb01eba14cd1bcaf3a01cc3ab7',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0wt5ry','ship','go_live','ship-1ke6p4ym0wt5ry.go_live','0e96ea06a98a2d93345a35a5e8fadfc5','{"kind":"approval"}',5,'2:5dbbca58c242242acdfe3a0fc70917e814fb583ccff16badc08ad2318aeef162',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0wt5ry','ship',NULL,NULL,'0e96ea06a98a2d93345a35a5e8fadfc5','{"reason":"waits for people at go-live"}',6,'2:3fa11954342fa65b39ce1c9e4d3c50e4ae232bac8684c1ffe7e04d954b44624e','{"run":"3d118315d3f455ecad31229592d077204e941915","step.plan":"96e73d2ab31c966ac714efab7cc91557d3ea6af0","step.go_live":"81a83853ef20b275fb57df5e37f5a4dd31049f82","request.ship-1ke6p4ym0wt5ry.go_live":"b35e681df698c877bd85cb06bb8f035206637e9c","wait.expire:ship-1ke6p4ym0wt5ry.go_live":"08f6eb9cb131b1f2df109e83e92fd4cdadc40556"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0d2et8','ship',NULL,NULL,'4608164f6ed9fffd912a8f1c8a824152','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:4741cbc6dd2bbe449891dd6a0360b88b1d048c310a60dcf916c70ac9151533a4',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0d2et8','ship',NULL,NULL,'4608164f6ed9fffd912a8f1c8a824152','{}',2,'2:5fab81781dd7bb67a3026b98d5ad080414c69626dbbe82854ccb6b2b3928a8fc',NULL);
INSERT INTO "event" VALUES(10,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0d2et8','ship','plan',NULL,'4608164f6ed9fffd912a8f1c8a824152','{"attempt":1,"title":"plan"}',3,'2:f99d8df5a6745910ee956cc81b5f06de293d9eb86db9f3a6729ab4ab215b3c02','{"run":"510c3f5e34a1a57b4d40c92f9a2c297aabca3ebd","step.plan":"cd7a52a7de8ad32a72e6a4ffe2da66c3a05d7368"}');
INSERT INTO "event" VALUES(11,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0d2et8','ship','plan',NULL,'4608164f6ed9fffd912a8f1c8a824152','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:d9ea3d3c921e5e1339ef235c40602a197fb2e0f6a1bc8384de9a5134d2e4971b',NULL);
INSERT INTO "event" VALUES(12,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0d2et8','ship','go_live','ship-1ke6p4ym0d2et8.go_live','4608164f6ed9fffd912a8f1c8a824152','{"kind":"approval"}',5,'2:55dd96c0749fbd255ca3dae168713b0c138468f40b0c4f236a1c5066bf742570',NULL);
INSERT INTO "event" VALUES(13,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0d2et8','ship',NULL,NULL,'4608164f6ed9fffd912a8f1c8a824152','{"reason":"waits for people at go-live"}',6,'2:8facddc6e731e042f6786feb5c498446162dd9b2bf2c649f8c6e4738938d704a','{"run":"e4588c4b421e46d4572b509e8fb80cdc34639abb","step.plan":"f4a200000dea085e0358f91a6aeaac20f3865903","step.go_live":"ff6bf054848ce421bb358642f1970b182d6c1430","request.ship-1ke6p4ym0d2et8.go_live":"3b09124440213560ecd6d21cfba6e4ee38c82d64","wait.expire:ship-1ke6p4ym0d2et8.go_live":"d6d2a6a6425a17718b4be3de35a2c64dd44c77c4"}');
INSERT INTO "event" VALUES(14,'request.decision',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0d2et8','ship','go_live','ship-1ke6p4ym0d2et8.go_live','4608164f6ed9fffd912a8f1c8a824152','{"digest":"ea67e67e2fcb8a2ba1a1e4dcb3773cdaab71f2c29fd17215e24acc06ffddd329","kind":"approval","choice":"approve","comment":"","changes":{"replicas":[5,7],"note":["more pumps","n"]}}',7,'2:2d48025555d455d47cec7831f475adf24511251f612692779ad92836d7ebe3cb',NULL);
INSERT INTO "event" VALUES(15,'request.decided',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0d2et8','ship','go_live','ship-1ke6p4ym0d2et8.go_live','4608164f6ed9fffd912a8f1c8a824152','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',8,'2:3de6993a619a8e1dba5cd9a7883809b6c8f3d1a3f5a5c93e3c5a3d6dc7ddd131',NULL);
INSERT INTO "event" VALUES(16,'step.started',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0d2et8','ship','release',NULL,'4608164f6ed9fffd912a8f1c8a824152','{"attempt":1,"title":"release"}',9,'2:9877ade9aed2a3ae37a9a63ca5df9590efe9de30bba178da5352b3962fffe8a6',NULL);
INSERT INTO "event" VALUES(17,'run.resumed',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0d2et8','ship',NULL,NULL,'4608164f6ed9fffd912a8f1c8a824152','{}',10,'2:9b4735ce16edbe987378ef75896f1979d6dd8cd35b21d0fcf8d7c2658a4280c2','{"run":"510c3f5e34a1a57b4d40c92f9a2c297aabca3ebd","step.go_live":"4a3a8d4720e56872425ed4f013434340a8108a11","step.release":"17675b2a99b9d158de26ebc39b5d102b086fc885","request.ship-1ke6p4ym0d2et8.go_live":"8c0f44716feb32d2159c338621f763ca3724ad3a","decision.ship-1ke6p4ym0d2et8.go_live:1":"1259d0317bde986e7184b9e22dd78a86556aa06a","wait.expire:ship-1ke6p4ym0d2et8.go_live":null,"wait.remind:ship-1ke6p4ym0d2et8.go_live":null}');
INSERT INTO "event" VALUES(18,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0d2et8','ship','release',NULL,'4608164f6ed9fffd912a8f1c8a824152','{"attempt":1,"title":"release","seconds":0.0,"log":[]}',11,'2:0fcf00ee2f00a239f30512391ac968151157d147d6b2079bd82ade818ecb2c29',NULL);
INSERT INTO "event" VALUES(19,'run.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0d2et8','ship',NULL,NULL,'4608164f6ed9fffd912a8f1c8a824152','{}',12,'2:1f2964828e1443e36b2fc96ef3ec920c727f34b7c83bbb33a11087e26393ccb4','{"run":"9400354264e0ac13477bbd4bdc124b92041ad64f","step.release":"436ee382a54ba9d560eb8a16ef8aada442393a1b"}');
INSERT INTO "event" VALUES(20,'run.created',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0gggq0','staged',NULL,NULL,'aadf6e4752314b20c6d06c3943c893a4','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:08fd6dc7ca7d0d42b1698b55f5618b12ba6a5179655044720ed22e2a85dadc03',NULL);
INSERT INTO "event" VALUES(21,'run.started',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0gggq0','staged',NULL,NULL,'aadf6e4752314b20c6d06c3943c893a4','{}',2,'2:249042783319c736ca4ae47d0398bbf92c631f1f5e64c3fa83749049fd41871b',NULL);
INSERT INTO "event" VALUES(22,'request.opened',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0gggq0','staged','both','staged-1ke6p4ym0gggq0.both','aadf6e4752314b20c6d06c3943c893a4','{"kind":"approval"}',3,'2:3ef78df2918e9192d581e243c671331f613352fdb2a9b9ee6490bfea4f68aeb2',NULL);
INSERT INTO "event" VALUES(23,'run.waiting',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0gggq0','staged',NULL,NULL,'aadf6e4752314b20c6d06c3943c893a4','{"reason":"waits for people at both"}',4,'2:3829a595fde8815972cceaef93f8b2d93cead195e432e647e3502e0d27a9198f','{"run":"e36199154624eb001f6235c64eab8c1b93d1c137","step.both":"1031d6ffe20b196d8acde45ff02246c4c4e3a280","request.staged-1ke6p4ym0gggq0.both":"115c898e9a36800f90d3125b830e0efe3b359b66","wait.expire:staged-1ke6p4ym0gggq0.both":"3a627e8459c8230def722ff59dfbc9c92b4e5612"}');
INSERT INTO "event" VALUES(24,'request.decision',1767603600000000,'slack:U1',NULL,'staged-1ke6p4ym0gggq0','staged','both','staged-1ke6p4ym0gggq0.both','aadf6e4752314b20c6d06c3943c893a4','{"digest":"e1182ca5c2e827afec9174434b9ebe3fecb0656564d1717f12a42e7067ea9334","kind":"approval","choice":"approve","comment":""}',5,'2:b0557c917d93c165c9248d6de9ae1920ee25ae02098606966b9004ad04d56b14','{"run":"e36199154624eb001f6235c64eab8c1b93d1c137","request.staged-1ke6p4ym0gggq0.both":"cc006d44cf6b39a6bc90bc70ed92db3a28ab0608","decision.staged-1ke6p4ym0gggq0.both:1":"1d48f59f127aaadba8fca51fa3f4481dfdce5ed0"}');
INSERT INTO "event" VALUES(25,'run.created',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym05ajc6','revocable',NULL,NULL,'22c11ba84bc85589e3bf64cf25d6cc2e','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:8daf667465e74686cd2013ae989bc6f5d6952f7c746cb275f633af804a54f97e',NULL);
INSERT INTO "event" VALUES(26,'run.started',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym05ajc6','revocable',NULL,NULL,'22c11ba84bc85589e3bf64cf25d6cc2e','{}',2,'2:54f94e22614ec96c41dbdd6ba0402df35dc38e3ebc43b2d474ee60446e1e00e6',NULL);
INSERT INTO "event" VALUES(27,'request.opened',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym05ajc6','revocable','take_back','revocable-1ke6p4ym05ajc6.take_back','22c11ba84bc85589e3bf64cf25d6cc2e','{"kind":"approval"}',3,'2:65125e8d051434cfa25afef480b0f48b541aaf7bee063fc5bf34d496052ea6bb',NULL);
INSERT INTO "event" VALUES(28,'run.waiting',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym05ajc6','revocable',NULL,NULL,'22c11ba84bc85589e3bf64cf25d6cc2e','{"reason":"waits for people at take-back"}',4,'2:0cfff910bc9f29f778c7a9c6deacc9014a6a0ccac47269da8fffb2deaefd004f','{"run":"0ed8d65328ebc9523b75a13d889929ce50c4ded8","step.take_back":"1fb91cedce512293eb68b0c0e1ceb8b5ba1a6960","request.revocable-1ke6p4ym05ajc6.take_back":"1960e372da224de6eb0fd94a54410226061dff60","wait.expire:revocable-1ke6p4ym05ajc6.take_back":"38507faa951bfbf8f049af7df508b9b923f88e27"}');
INSERT INTO "event" VALUES(29,'request.decision',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym05ajc6','revocable','take_back','revocable-1ke6p4ym05ajc6.take_back','22c11ba84bc85589e3bf64cf25d6cc2e','{"digest":"2969674ade9f9d2aec97146b2f9296ae266eef3a12f4681a3e2074c480423227","kind":"approval","choice":"approve","comment":""}',5,'2:a86d2d7429d76b75eff3c2034a33442a0b472205fddb1a352f464012f44c01c6',NULL);
INSERT INTO "event" VALUES(30,'request.held',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym05ajc6','revocable','take_back','revocable-1ke6p4ym05ajc6.take_back','22c11ba84bc85589e3bf64cf25d6cc2e','{"effective_at":"2026-01-05T10:00:00+00:00"}',6,'2:9ced5610b2e43d1061d6d980442b5f6d38124ea50743ffb751c3edc18913bf33','{"run":"0ed8d65328ebc9523b75a13d889929ce50c4ded8","request.revocable-1ke6p4ym05ajc6.take_back":"9a94a6ff55a5ec9990b6fcc09ed779218641c028","decision.revocable-1ke6p4ym05ajc6.take_back:1":"c6106e25007b41b772affd87e32873c8d7de0841","wait.expire:revocable-1ke6p4ym05ajc6.take_back":null,"wait.remind:revocable-1ke6p4ym05ajc6.take_back":null,"wait.effect:revocable-1ke6p4ym05ajc6.take_back":"2900742d9b66f2f181ad9760f8ed53ccbf5f7223"}');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0fk80a','fails',NULL,NULL,'9212ac81c4a76ccf32a43bc7e2be4592','{"input":null,"trigger":"manual"}',1,'2:8aa328a698a2c22b45acbcd6f95d43acb081a641a6faffeb259492ae633b61a7',NULL);
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0fk80a','fails',NULL,NULL,'9212ac81c4a76ccf32a43bc7e2be4592','{}',2,'2:9bfdafb956803ce49cec15b90812d784097e865265c1d90224ca423eb2cfd70f',NULL);
INSERT INTO "event" VALUES(33,'step.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0fk80a','fails','read_sensor',NULL,'9212ac81c4a76ccf32a43bc7e2be4592','{"attempt":1,"title":"read-sensor"}',3,'2:c363aeef711096bd8849cb40928b5109b3c72111dcd13c3a8d3b041bc9567531','{"run":"6857cbdb82ae01e73d251b8face1ef14144316a6","step.read_sensor":"71d44d5eb2f9e1d047db941b2ba7e30c6d748204"}');
INSERT INTO "event" VALUES(34,'step.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0fk80a','fails','read_sensor',NULL,'9212ac81c4a76ccf32a43bc7e2be4592','{"log":[],"attempt":1,"title":"read-sensor","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:f8ff04992dc1aa1584bc07f9a513835895a049a9197dfc4440440379e63c4a34',NULL);
INSERT INTO "event" VALUES(35,'request.opened',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0fk80a','fails','read_sensor','fails-1ke6p4ym0fk80a.read_sensor.1','9212ac81c4a76ccf32a43bc7e2be4592','{"kind":"failure"}',5,'2:0506fdc6307d0a06a6dbb8e8bf91716ea90ef7b65a8656d893a2f67dc525f83a',NULL);
INSERT INTO "event" VALUES(36,'run.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0fk80a','fails',NULL,NULL,'9212ac81c4a76ccf32a43bc7e2be4592','{"reason":"waits for people at read-sensor"}',6,'2:8eed164131c9cdf15c34685db80463dad3bf3bd25278c1025183005270214e02','{"run":"c240900c102b4c1c30a2df9c99a177e50dad7b86","step.read_sensor":"0b5f9ff4d8fe1602fc7175ea82ff96eea8f7cc14","request.fails-1ke6p4ym0fk80a.read_sensor.1":"7dae028b8a598b0801b90d3316c6db3f89f44cb4","wait.expire:fails-1ke6p4ym0fk80a.read_sensor.1":"304aa091e8d83636b7622aedeeb4016a4cf4ba0c","wait.remind:fails-1ke6p4ym0fk80a.read_sensor.1":"a40a9cd4d5b000437a8a076750d553815516cb53"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0tr66t','flaky',NULL,NULL,'a4d003c5a3e4a4c2307f0c9809ceb0a4','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:71c23ef247f134a729c0eb562cf111918c71a95c121fbe6d28989a9244358c24',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0tr66t','flaky',NULL,NULL,'a4d003c5a3e4a4c2307f0c9809ceb0a4','{}',2,'2:125d033293628472121201c8d1a7c340840a693681379fe24195cde0e6e8a5bc',NULL);
INSERT INTO "event" VALUES(39,'request.opened',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0tr66t','flaky','first','flaky-1ke6p4ym0tr66t.first','a4d003c5a3e4a4c2307f0c9809ceb0a4','{"kind":"approval"}',3,'2:3e97b3170986e0165095333527fd43d412b9872504ec4c2596da5dcf6c7d59bb',NULL);
INSERT INTO "event" VALUES(40,'run.waiting',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0tr66t','flaky',NULL,NULL,'a4d003c5a3e4a4c2307f0c9809ceb0a4','{"reason":"waits for people at first"}',4,'2:c6ce8dbca39dcc2c6a9ba3758d58f3471bcb4b2160fd2acc84cc808b69b18175','{"run":"607e6b2a3c38084ca13535b58b2625eac875f289","step.first":"c0c1b1a974b4305d4b7a2ff32481d03335c3c975","request.flaky-1ke6p4ym0tr66t.first":"a9437e922157d0faa4cff93813ca3388f1aaf7ee","wait.expire:flaky-1ke6p4ym0tr66t.first":"49f06dc79eaf3dc5a7327bfb60f2e67b651a53db"}');
INSERT INTO "event" VALUES(41,'request.decision',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0tr66t','flaky','first','flaky-1ke6p4ym0tr66t.first','a4d003c5a3e4a4c2307f0c9809ceb0a4','{"digest":"692bb46970f1cb6a106bb5d8cc9149ceccc8e6ad93f02c25ba5097b17e9cf456","kind":"approval","choice":"approve","comment":""}',5,'2:a6fb7ac2b0dd9a70e34ea6b5ca01c11ff40d3fab5d642452429783beb5e1cfb1',NULL);
INSERT INTO "event" VALUES(42,'request.decided',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0tr66t','flaky','first','flaky-1ke6p4ym0tr66t.first','a4d003c5a3e4a4c2307f0c9809ceb0a4','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',6,'2:9a85c568b838a3785365a3429bd0de28be313f0d2cd7cd213715141e593dd611',NULL);
INSERT INTO "event" VALUES(43,'step.started',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0tr66t','flaky','pay',NULL,'a4d003c5a3e4a4c2307f0c9809ceb0a4','{"attempt":1,"title":"pay"}',7,'2:468aaeb8b224bd9fffe5ba9d79c4b1d94167efbf72c600dcf4d55002b5d8e4c2',NULL);
INSERT INTO "event" VALUES(44,'run.resumed',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0tr66t','flaky',NULL,NULL,'a4d003c5a3e4a4c2307f0c9809ceb0a4','{}',8,'2:cb5f2e5601f1573f0804134244d9e28a00c9cc8e2838613adc1a6c9773cbd0fa','{"run":"38d9196df014087b384944681517f29a5a0a00c6","step.first":"f73620dac083ba49894d81f63339893848c740ba","step.pay":"cec53e8522426e397bb50f754518317114df310e","request.flaky-1ke6p4ym0tr66t.first":"ff34d72d235ccdd5d26840d0ee6ca62cbde0e53a","decision.flaky-1ke6p4ym0tr66t.first:1":"f8c4cd84d1e30106a5eaa75293f488ceda5c0c4d","wait.expire:flaky-1ke6p4ym0tr66t.first":null,"wait.remind:flaky-1ke6p4ym0tr66t.first":null}');
INSERT INTO "event" VALUES(45,'step.retrying',1767603600000000,'engine:engine',NULL,'flaky-1ke6p4ym0tr66t','flaky','pay',NULL,'a4d003c5a3e4a4c2307f0c9809ceb0a4','{"attempt":1,"title":"pay","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 372, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:09:36.715079+00:00","log":[]}',9,'2:d6ff9cf523c9c2c72fca19795a79b70dffc97a038ed5cec7f3715ee2c2610758','{"step.pay":"3a78ec6964c117540be3fe1f0e987f4a5624a466","wait.retry:flaky-1ke6p4ym0tr66t:pay":"3d1aa3d884425ed5d0cb52f0398982351310470a"}');
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
INSERT INTO "failure_card" VALUES('fails-1ke6p4ym0fk80a.read_sensor.1','fails-1ke6p4ym0fk80a','fails','read_sensor','5b6df722e4f37ce26e6bae1e8a9f4cf1','fails-1ke6p4ym0fk80a.read_sensor.1',1);
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
INSERT INTO "log" VALUES(1,0,45,'070995a23f1caedfae6bd9ed796c45f565bc8aaa5b16804d44e0ad688a390ec9','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{"(covered)":"0"}','2b32db5ee4dfbbc7','bd733e05248ab7d8fbe3e58d91605ecc12544dc1');
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
INSERT INTO "request" VALUES('ship-1ke6p4ym0wt5ry.go_live','approval','ship-1ke6p4ym0wt5ry','ship','go_live','open',1,'Ship valve for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":5,"note":"more valves"},"proposed":{"replicas":5,"note":"more valves"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"2248960b41aad962e66cea66fb923a047b455d68b59d283f164d68572862a117","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","amount"]}','slack:U4',NULL,1767603600000000,'[["Note","more valves","value"],["Plan",{"before":{"item":"valve","amount":12345.67},"after":{"replicas":5,"note":"more valves"}},"diff",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('ship-1ke6p4ym0d2et8.go_live','approval','ship-1ke6p4ym0d2et8','ship','go_live','decided',3,'Ship pump for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":7,"note":"n"},"proposed":{"replicas":5,"note":"more pumps"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"ea67e67e2fcb8a2ba1a1e4dcb3773cdaab71f2c29fd17215e24acc06ffddd329","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","amount"]}','slack:U4',NULL,1767603600000000,'[["Note","more pumps","value"],["Plan",{"before":{"item":"pump","amount":12345.67},"after":{"replicas":5,"note":"more pumps"}},"diff",true]]',NULL,1767618000000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('staged-1ke6p4ym0gggq0.both','approval','staged-1ke6p4ym0gggq0','staged','both','open',2,'Buy pump?','{"choices":["approve","reject"],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"needs":2,"former":[]}]},{"name":"second","quorums":[{"approvers":["U9"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('revocable-1ke6p4ym05ajc6.take_back','approval','revocable-1ke6p4ym05ajc6','revocable','take_back','held',3,'Delete pump?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":3600.0,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}},"digest":"2969674ade9f9d2aec97146b2f9296ae266eef3a12f4681a3e2074c480423227","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767607200000000,NULL,0);
INSERT INTO "request" VALUES('fails-1ke6p4ym0fk80a.read_sensor.1','failure','fails-1ke6p4ym0fk80a','fails','read_sensor','open',1,'fails failed at read-sensor','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('flaky-1ke6p4ym0tr66t.first','approval','flaky-1ke6p4ym0tr66t','flaky','first','decided',3,'Pay 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}},"digest":"692bb46970f1cb6a106bb5d8cc9149ceccc8e6ad93f02c25ba5097b17e9cf456","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["amount"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
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
INSERT INTO "run" VALUES('ship-1ke6p4ym0wt5ry','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','waiting',2,'{"item":"valve","amount":12345.67}','slack:U4',NULL,'manual',NULL,'0e96ea06a98a2d93345a35a5e8fadfc5',1767603600000000,1767603600000000,NULL,'waits for people at go-live','2:3fa11954342fa65b39ce1c9e4d3c50e4ae232bac8684c1ffe7e04d954b44624e',6,'t5ry','5c5004d7351ca83805695427a45db28382918430',NULL,0,'','');
INSERT INTO "run" VALUES('ship-1ke6p4ym0d2et8','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','succeeded',4,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'4608164f6ed9fffd912a8f1c8a824152',1767603600000000,1767603600000000,1767603600000000,'','2:1f2964828e1443e36b2fc96ef3ec920c727f34b7c83bbb33a11087e26393ccb4',12,'2et8','45b603beb495f13cdbb3d2407f558351a1e90b50',NULL,0,'','');
INSERT INTO "run" VALUES('staged-1ke6p4ym0gggq0','staged','b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'aadf6e4752314b20c6d06c3943c893a4',1767603600000000,1767603600000000,NULL,'waits for people at both','2:b0557c917d93c165c9248d6de9ae1920ee25ae02098606966b9004ad04d56b14',5,'ggq0','208d33c930ed681b4fa6dcd4663bbd8fe2786ba9',NULL,0,'','');
INSERT INTO "run" VALUES('revocable-1ke6p4ym05ajc6','revocable','ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'22c11ba84bc85589e3bf64cf25d6cc2e',1767603600000000,1767603600000000,NULL,'waits for people at take-back','2:9ced5610b2e43d1061d6d980442b5f6d38124ea50743ffb751c3edc18913bf33',6,'ajc6','d6a5aa898c888923cb96e61d6b9ff72d4954026e',NULL,0,'','');
INSERT INTO "run" VALUES('fails-1ke6p4ym0fk80a','fails','79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','waiting',2,'null','slack:U4',NULL,'manual',NULL,'9212ac81c4a76ccf32a43bc7e2be4592',1767603600000000,1767603600000000,NULL,'waits for people at read-sensor','2:8eed164131c9cdf15c34685db80463dad3bf3bd25278c1025183005270214e02',6,'k80a','5b2ee1722a35b0ae1e5138160d689c895e70840d',NULL,0,'','');
INSERT INTO "run" VALUES('flaky-1ke6p4ym0tr66t','flaky','2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','running',3,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'a4d003c5a3e4a4c2307f0c9809ceb0a4',1767603600000000,1767603600000000,NULL,'','2:d6ff9cf523c9c2c72fca19795a79b70dffc97a038ed5cec7f3715ee2c2610758',9,'r66t','c1f5943348f925a9250a362615fc7b17218d66fe',NULL,0,'','');
CREATE TABLE schedule (
	workflow VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	next_fire_at BIGINT, 
	last_fire_at BIGINT, cursor TEXT, failures INTEGER DEFAULT '0' NOT NULL, trouble TEXT, 
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
INSERT INTO "step_run" VALUES('fails-1ke6p4ym0fk80a','read_sensor','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5',0,NULL,NULL);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0tr66t','first','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0tr66t','pay','retrying',1,1,0,1,1767603600000000,1767603600000000,1767604176715079,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 372, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd',0,NULL,NULL);
INSERT INTO "step_run" VALUES('revocable-1ke6p4ym05ajc6','take_back','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0d2et8','go_live','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00","value":{"replicas":7,"note":"n"}}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0d2et8','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more pumps"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0d2et8','release','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'"7 replicas"',NULL,'',NULL,'991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0wt5ry','go_live','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0wt5ry','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more valves"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0,NULL,NULL);
INSERT INTO "step_run" VALUES('staged-1ke6p4ym0gggq0','both','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
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
INSERT INTO "wait" VALUES('expire:ship-1ke6p4ym0wt5ry.go_live','expire','ship-1ke6p4ym0wt5ry','go_live','ship-1ke6p4ym0wt5ry.go_live',1767618000000000);
INSERT INTO "wait" VALUES('expire:staged-1ke6p4ym0gggq0.both','expire','staged-1ke6p4ym0gggq0','both','staged-1ke6p4ym0gggq0.both',1767776400000000);
INSERT INTO "wait" VALUES('effect:revocable-1ke6p4ym05ajc6.take_back','effect','revocable-1ke6p4ym05ajc6','take_back','revocable-1ke6p4ym05ajc6.take_back',1767607200000000);
INSERT INTO "wait" VALUES('expire:fails-1ke6p4ym0fk80a.read_sensor.1','expire','fails-1ke6p4ym0fk80a','read_sensor','fails-1ke6p4ym0fk80a.read_sensor.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:fails-1ke6p4ym0fk80a.read_sensor.1','remind','fails-1ke6p4ym0fk80a','read_sensor','fails-1ke6p4ym0fk80a.read_sensor.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:flaky-1ke6p4ym0tr66t:pay','retry','flaky-1ke6p4ym0tr66t','pay',NULL,1767604176715079);
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
CREATE INDEX run_by_end ON run (workflow, ended_at, state, started_at) WHERE ended_at IS NOT NULL;
CREATE INDEX request_by_end ON request (workflow, kind, ended_at, state, opened_at);
CREATE INDEX request_by_opening ON request (workflow, kind, opened_at);
CREATE INDEX event_by_time ON event (at, seq);
CREATE INDEX event_of_policy ON event (seq) WHERE type = 'policy.denied' OR (type = 'run.created' AND data LIKE '%"exceptions"%');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',45);
COMMIT;
