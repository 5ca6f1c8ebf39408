BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0021');
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
INSERT INTO "code" VALUES('9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','{"plan":"cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b","release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}','198c95a773942108d57bcc4999384777732bfa06');
INSERT INTO "code" VALUES('c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}','733ec8e21f63f2d9307e9ba2059271e4dd4d03c0');
INSERT INTO "code" VALUES('bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}','8900d42aab334c10b002c77c7f067cb1418cacab');
INSERT INTO "code" VALUES('580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','{"read_sensor":"d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5"}','6402cb886c6e931685e5038ce10333524fbfd364');
INSERT INTO "code" VALUES('0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}','af3925a6a6a1f428433a07710861a17c5438a7d9');
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
INSERT INTO "decision" VALUES('ship-1ke6p4ym0kkxse.go_live:1','ship-1ke6p4ym0kkxse.go_live','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]','{"replicas":7,"note":"n"}','9bd1e543b864b14c10bf27dbb6883291c6f6e159e60ac7957cbe7e7cf4c00ec7','');
INSERT INTO "decision" VALUES('staged-1ke6p4ym08acct.both:1','staged-1ke6p4ym08acct.both','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'8c194af44f8003f5b309f26da39299ff13eb894d3fb345c5f0194f33f1cb2630','');
INSERT INTO "decision" VALUES('revocable-1ke6p4ym08b9et.take_back:1','revocable-1ke6p4ym08b9et.take_back','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'e058e414d82ce5e44459f2bb8b489e15f244bd10659d4dcfeb13df83ba7dd2da','');
INSERT INTO "decision" VALUES('flaky-1ke6p4ym08hmr2.first:1','flaky-1ke6p4ym08hmr2.first','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'5d2271b6cf357292fc334c98552fa9275a6eacb39d05597f277a35368572a65b','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','ship','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"ship","nodes":[{"after":[],"failure":null,"kind":"step","name":"plan","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2953fe45833acab3ab371af77d05f895b5499354f8c48542de179a04d227f7dd","takes_ctx":false,"takes_input":true,"timeout":null,"title":"plan","when":null},{"after":[],"ask":"Ship {input.item} for {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":{"fields":{"properties":{"note":{"default":"","title":"Note","type":"string"},"replicas":{"title":"Replicas","type":"integer"}},"required":["replicas"],"title":"Change","type":"object"},"options":{},"proposed":"plan","sole":""},"hours":null,"kind":"approval","leavers_count":false,"name":"go_live","needs":[{"join":"value","parameter":"plan","step":"plan"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Note","source":"plan.note"},{"before":"input","kind":"diff","label":"Plan","source":"plan"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"go-live","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"release","needs":[{"join":"value","parameter":"go_live","step":"go_live"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:a455f821e77ea65e987ec983cfc0b82ee74753d731a75b565789d01f57f54af0","takes_ctx":false,"takes_input":false,"timeout":null,"title":"release","when":{"kind":"outcome","outcome":"approved","step":"go_live"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ship","triggers":[]}',1767603600000000,'39065bb374a94656c746db35939f63c48948fe1e');
INSERT INTO "definition" VALUES('b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','staged','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"staged","nodes":[{"after":[],"ask":"Buy {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"both","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"former":[],"needs":2}]},{"name":"second","quorums":[{"approvers":["U9"],"former":[],"needs":1}]}],"title":"both","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"buy","needs":[{"join":"value","parameter":"both","step":"both"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:83871677971d827e7cceab542e6562cc17f459939ba3fc0126412e234c1490ee","takes_ctx":false,"takes_input":true,"timeout":null,"title":"buy","when":{"kind":"outcome","outcome":"approved","step":"both"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"staged","triggers":[]}',1767603600000000,'b29e1c56c209321f4500455c5df1a7abfc71e567');
INSERT INTO "definition" VALUES('ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','revocable','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"revocable","nodes":[{"after":[],"ask":"Delete {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"take_back","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"take-back","undo":3600.0,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"delete","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:b5ada7a2397f6ea8b620564a42286426a263c485be1eac784334c84367679a42","takes_ctx":false,"takes_input":true,"timeout":null,"title":"delete","when":{"kind":"outcome","outcome":"approved","step":"take_back"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"revocable","triggers":[]}',1767603600000000,'12e6b5e5089845967e296979e9288f87eb2cf6a2');
INSERT INTO "definition" VALUES('79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','fails','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"fails","nodes":[{"after":[],"failure":null,"kind":"step","name":"read_sensor","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"read-sensor","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"fails","triggers":[]}',1767603600000000,'da54db716607712be95c097bea67d8fda3715ad6');
INSERT INTO "definition" VALUES('2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','flaky','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"flaky","nodes":[{"after":[],"ask":"Pay {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"first","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"first","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"pay","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:b25e2ea904eab4e6fe3d270909aa31919e1dc82e7a70f2b6799bbecb355836af","takes_ctx":true,"takes_input":true,"timeout":null,"title":"pay","when":{"kind":"outcome","outcome":"approved","step":"first"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"flaky","triggers":[]}',1767603600000000,'bc2dfe1315d64f5ab0cd6f80618fe39d21a183a2');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym00x8zz','ship',NULL,NULL,'7d38a3613af9e15b92b5f573f4ca90e8','{"input":{"item":"valve","amount":12345.67},"trigger":"manual"}',1,'2:ba6ee87f211cd2e2068dd739e171e11a7dbab10fea72c222c564638e6edbf337',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym00x8zz','ship',NULL,NULL,'7d38a3613af9e15b92b5f573f4ca90e8','{}',2,'2:e0c9e59393e6cf2821e160a6369f0e2919cab50db28ec116d049466f39861313',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym00x8zz','ship','plan',NULL,'7d38a3613af9e15b92b5f573f4ca90e8','{"attempt":1,"title":"plan"}',3,'2:09e93600a6af777ee32c626dd5d937af52b42f9b4fe70408422f221c9b917865','{"run":"25e28d35f7a62257bd94be81486e79ec69c4c230","step.plan":"67385ec4055febc6b00509d5d8d9c26b404a7a28"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym00x8zz','ship','plan',NULL,'7d38a3613af9e15b92b5f573f4ca90e8','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:2e95d7cfcb540ac34810c268b7e3330f6877e0d11ae070d190c12e71296fdce9',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym00x8zz','ship','go_live','ship-1ke6p4ym00x8zz.go_live','7d38a3613af9e15b92b5f573f4ca90e8','{"kind":"approval"}',5,'2:1b6fb5b735e13bf1e1caa5e3ea1ee12ee935497c1d6864e8205f2898ac1c3f73',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym00x8zz','ship',NULL,NULL,'7d38a3613af9e15b92b5f573f4ca90e8','{"reason":"waits for people at go-live"}',6,'2:a3fd8ec70cd017229122075a559d64fa1093fe9ccc19d23a758010feac2d58ad','{"run":"2fc9eda8b8a6c04199c8cc394425aa1a8f7d72c1","step.plan":"85a1b20930765141d8f4326266e1d342490b84f3","step.go_live":"2102ddfdd3e3ddc0f95923bd6cb3a52a197b7793","request.ship-1ke6p4ym00x8zz.go_live":"6b7e2a5c5722e604da61b1f7e3b5b689dcdf0750","wait.expire:ship-1ke6p4ym00x8zz.go_live":"eeb3cb3daebbbba0e294817c4ee9bdbd3cbde24f"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0kkxse','ship',NULL,NULL,'40a77f8614160500dd8247bf252d3517','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:f3e4b4f373694d176609ee34538d95345e382da7a6fb7314a34d282611a3f13d',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0kkxse','ship',NULL,NULL,'40a77f8614160500dd8247bf252d3517','{}',2,'2:0dfc760e08caa7d9e96cdff9e8864ddea85ef9f7abe73b0f5c527b1fd11b093c',NULL);
INSERT INTO "event" VALUES(10,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0kkxse','ship','plan',NULL,'40a77f8614160500dd8247bf252d3517','{"attempt":1,"title":"plan"}',3,'2:c96557437cc61661b6b8b65c8bb006cd15fbdf9aef7487fb5e5c0b5082f79d51','{"run":"c5ab11ecfac53dae89c5bf3020e90c4e92060fdb","step.plan":"666a391a637f96778f28fb20f6b0e4f097ffefba"}');
INSERT INTO "event" VALUES(11,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0kkxse','ship','plan',NULL,'40a77f8614160500dd8247bf252d3517','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:5f13bfde40ce8970a8b0947248537385481f00b02e8966b90e3869faa12caf82',NULL);
INSERT INTO "event" VALUES(12,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0kkxse','ship','go_live','ship-1ke6p4ym0kkxse.go_live','40a77f8614160500dd8247bf252d3517','{"kind":"approval"}',5,'2:e707f35808f12b2d02b3cd39ad0920b8831fa8d34843b86646afc59a04b1720e',NULL);
INSERT INTO "event" VALUES(13,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0kkxse','ship',NULL,NULL,'40a77f8614160500dd8247bf252d3517','{"reason":"waits for people at go-live"}',6,'2:3d7948de24ee95b27611d505916f2110265ef7abb575a9f6507f4e61b1284094','{"run":"6d86967b5acb74f7371e8dc98935b19c5291fbe3","step.plan":"b54e717f93206cd23bca20254beaa049904db8ed","step.go_live":"dfd45adcc83553b9d352e21f0b0001c97a3f9877","request.ship-1ke6p4ym0kkxse.go_live":"cd029ceb49725f298788bc9e38dd5be508f10470","wait.expire:ship-1ke6p4ym0kkxse.go_live":"240e45be28081a45de71ea949d319a57ab00e0bf"}');
INSERT INTO "event" VALUES(14,'request.decision',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0kkxse','ship','go_live','ship-1ke6p4ym0kkxse.go_live','40a77f8614160500dd8247bf252d3517','{"digest":"9bd1e543b864b14c10bf27dbb6883291c6f6e159e60ac7957cbe7e7cf4c00ec7","kind":"approval","choice":"approve","comment":"","changes":{"replicas":[5,7],"note":["more pumps","n"]}}',7,'2:df185892370ab3c31e72f383378435525f400961263ac34a7e78447fda02ab0d',NULL);
INSERT INTO "event" VALUES(15,'request.decided',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0kkxse','ship','go_live','ship-1ke6p4ym0kkxse.go_live','40a77f8614160500dd8247bf252d3517','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',8,'2:16f859023ea80bc87ec8f7f455f474661f845d717f0dc3decc5b3098fd56e787',NULL);
INSERT INTO "event" VALUES(16,'step.started',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0kkxse','ship','release',NULL,'40a77f8614160500dd8247bf252d3517','{"attempt":1,"title":"release"}',9,'2:dd00ba6440e3a18e79e97719865e3c0f2b27e0021400a53342b63d68c05af6bf',NULL);
INSERT INTO "event" VALUES(17,'run.resumed',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0kkxse','ship',NULL,NULL,'40a77f8614160500dd8247bf252d3517','{}',10,'2:cb80de906e910bb0c39c21589bdabe39ab5ce5b308ce5b3dee70c660555cd5ce','{"run":"c5ab11ecfac53dae89c5bf3020e90c4e92060fdb","step.go_live":"5a105e9c7581f2bc2d9ade7cec38251721b8a7a2","step.release":"71bf201357d06c97c8ec91d753e9f42d64b9ce1d","request.ship-1ke6p4ym0kkxse.go_live":"eaa63a94b5cff26788334aedd3d7984a0698549c","decision.ship-1ke6p4ym0kkxse.go_live:1":"bfbac270127a041e7cf8abc25587040335ea1802","wait.expire:ship-1ke6p4ym0kkxse.go_live":null,"wait.remind:ship-1ke6p4ym0kkxse.go_live":null}');
INSERT INTO "event" VALUES(18,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0kkxse','ship','release',NULL,'40a77f8614160500dd8247bf252d3517','{"attempt":1,"title":"release","seconds":0.0,"log":[]}',11,'2:cd7244a5aa293b1cd94a88029eae0544b5791f658b8d39fb5bda6a3c875da8c0',NULL);
INSERT INTO "event" VALUES(19,'run.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0kkxse','ship',NULL,NULL,'40a77f8614160500dd8247bf252d3517','{}',12,'2:d96bf74af93ce7a90fbc4daf2b5fa660e6c4cbea245aa699f190e651a4687539','{"run":"f9891038b548619cb831153f1b0eb90a098b1e35","step.release":"e6f966eed048ad181b9febf2b4483dc40a90559a"}');
INSERT INTO "event" VALUES(20,'run.created',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym08acct','staged',NULL,NULL,'f7efc411b7f20d7123bf1477035fd760','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:0b71476657e476c1b29c23eb3409181e17ad649fcd232c6f7da986398c308821',NULL);
INSERT INTO "event" VALUES(21,'run.started',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym08acct','staged',NULL,NULL,'f7efc411b7f20d7123bf1477035fd760','{}',2,'2:d73e3241ff82425623dd2b2e57786fa50077a6b242641843f16bcc46a68e571e',NULL);
INSERT INTO "event" VALUES(22,'request.opened',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym08acct','staged','both','staged-1ke6p4ym08acct.both','f7efc411b7f20d7123bf1477035fd760','{"kind":"approval"}',3,'2:a709dfd2b439fdba71dc3888d18e78364af96ec536f02c9a50e131f2cb9e1426',NULL);
INSERT INTO "event" VALUES(23,'run.waiting',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym08acct','staged',NULL,NULL,'f7efc411b7f20d7123bf1477035fd760','{"reason":"waits for people at both"}',4,'2:d72cd4d272eb322bd4e3b332cb594153c27936d7b87c5176941bf7693369856a','{"run":"5fd588721c05c1b71f116204d00a1b3a3b2553cf","step.both":"49130f264e7e690d19d2aa18b097b9006b0d57ed","request.staged-1ke6p4ym08acct.both":"a26b73c5ccc70a6893b2058062c63d4ca166a6e6","wait.expire:staged-1ke6p4ym08acct.both":"433604e3731856f5af9ac655888bfa52faba4dca"}');
INSERT INTO "event" VALUES(24,'request.decision',1767603600000000,'slack:U1',NULL,'staged-1ke6p4ym08acct','staged','both','staged-1ke6p4ym08acct.both','f7efc411b7f20d7123bf1477035fd760','{"digest":"8c194af44f8003f5b309f26da39299ff13eb894d3fb345c5f0194f33f1cb2630","kind":"approval","choice":"approve","comment":""}',5,'2:64cfbab6cc2bb2c4691ccf5247c55f8bdd72a99a211d6c8b65f6b020129ce0e3','{"run":"5fd588721c05c1b71f116204d00a1b3a3b2553cf","request.staged-1ke6p4ym08acct.both":"b6fbccb49d72daef2937e743cb10c0ac94c5f993","decision.staged-1ke6p4ym08acct.both:1":"219913c61d6701bf0ab82c3a6cd8c23b0ef9a183"}');
INSERT INTO "event" VALUES(25,'run.created',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym08b9et','revocable',NULL,NULL,'a358c598283afc37fca75372969be865','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:41a3ebc577075a763226c4054901c7ea3b3b17fe9cf74417bbad7ab4890badcf',NULL);
INSERT INTO "event" VALUES(26,'run.started',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym08b9et','revocable',NULL,NULL,'a358c598283afc37fca75372969be865','{}',2,'2:f4b9f1e21da52e10fc5a6c53190cd5389dab7411c4f8fcb0e2cb92ef8894aec5',NULL);
INSERT INTO "event" VALUES(27,'request.opened',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym08b9et','revocable','take_back','revocable-1ke6p4ym08b9et.take_back','a358c598283afc37fca75372969be865','{"kind":"approval"}',3,'2:a7686e96d1fe9a77abefb96bbdd191d1149b195c050f67f2ff2af0c4cc578b64',NULL);
INSERT INTO "event" VALUES(28,'run.waiting',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym08b9et','revocable',NULL,NULL,'a358c598283afc37fca75372969be865','{"reason":"waits for people at take-back"}',4,'2:5865dd6bf53ecbe49fe4576d0877c0495a79be081e6e4b9e6bbd6074af55484b','{"run":"907be48f5bf10b6c8952edefb6cb27e89e1ea43f","step.take_back":"16f013e920f0b698c7f6efd0d63f2cca14dc8722","request.revocable-1ke6p4ym08b9et.take_back":"bd37d8d53b259f813585b38c159f71405cfed919","wait.expire:revocable-1ke6p4ym08b9et.take_back":"7d34d7c2026718243f34a5c3d59fb499f0c60c24"}');
INSERT INTO "event" VALUES(29,'request.decision',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym08b9et','revocable','take_back','revocable-1ke6p4ym08b9et.take_back','a358c598283afc37fca75372969be865','{"digest":"e058e414d82ce5e44459f2bb8b489e15f244bd10659d4dcfeb13df83ba7dd2da","kind":"approval","choice":"approve","comment":""}',5,'2:e673f3a166f7754aad73f246b389b05b15998ecbaeaccaf76d1784325757ab16',NULL);
INSERT INTO "event" VALUES(30,'request.held',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym08b9et','revocable','take_back','revocable-1ke6p4ym08b9et.take_back','a358c598283afc37fca75372969be865','{"effective_at":"2026-01-05T10:00:00+00:00"}',6,'2:a0e30319f65bc3d5cca60a0e7d9859c7531c38c00f26c51973209d1c83ab612d','{"run":"907be48f5bf10b6c8952edefb6cb27e89e1ea43f","request.revocable-1ke6p4ym08b9et.take_back":"51ce84983583b7cc6307e6e211e1a17c18706ec0","decision.revocable-1ke6p4ym08b9et.take_back:1":"0396c47d073236a02a49ec00478b51d688ea71df","wait.expire:revocable-1ke6p4ym08b9et.take_back":null,"wait.remind:revocable-1ke6p4ym08b9et.take_back":null,"wait.effect:revocable-1ke6p4ym08b9et.take_back":"15136e72611fa359cff093fe42936aa40bb7f1e6"}');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym047ymz','fails',NULL,NULL,'4bf77cdf4bd1cca58c0704278957599e','{"input":null,"trigger":"manual"}',1,'2:f21addbaef9941f64dd1a506f227e9207144f3e0bb0ce094e34199eb3c536c99',NULL);
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym047ymz','fails',NULL,NULL,'4bf77cdf4bd1cca58c0704278957599e','{}',2,'2:80870a031762e71a834bb1f95918ca90b5ed15d68e5a8fa68f53b2b61c14c4b1',NULL);
INSERT INTO "event" VALUES(33,'step.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym047ymz','fails','read_sensor',NULL,'4bf77cdf4bd1cca58c0704278957599e','{"attempt":1,"title":"read-sensor"}',3,'2:011a3d777f5f30572e4c1dedd29c63cf11c3ed2daf5e6b6e7ca03c81c750a328','{"run":"395e151e90f03deeb4c2238333f07d43d9eec0c5","step.read_sensor":"3b3a73af00b1818b4d3e0544f420f2d4ad3362b8"}');
INSERT INTO "event" VALUES(34,'step.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym047ymz','fails','read_sensor',NULL,'4bf77cdf4bd1cca58c0704278957599e','{"log":[],"attempt":1,"title":"read-sensor","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:cb627f263874efcc0991fab3b85107e1c4421b0cf00aab55c8af3088012de101',NULL);
INSERT INTO "event" VALUES(35,'request.opened',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym047ymz','fails','read_sensor','fails-1ke6p4ym047ymz.read_sensor.1','4bf77cdf4bd1cca58c0704278957599e','{"kind":"failure"}',5,'2:92b83a0508573c38e945277d0a607f6f104674a45c7e16ca2d9fd041e8f05603',NULL);
INSERT INTO "event" VALUES(36,'run.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym047ymz','fails',NULL,NULL,'4bf77cdf4bd1cca58c0704278957599e','{"reason":"waits for people at read-sensor"}',6,'2:e7d6ba4c63d59a73b717740df8d9975b75dedb1e170443796ccadde068aa45f3','{"run":"ac7282df76349a571bb28df0ce2482dc980f8a7d","step.read_sensor":"186d3d83d912cd32b229db37ed667367c874e968","request.fails-1ke6p4ym047ymz.read_sensor.1":"48ab4340462b6b45c2be73ac65e422f0c72c1395","wait.expire:fails-1ke6p4ym047ymz.read_sensor.1":"b9260006d9f5b77ec959b563b0e642fdd83a897a","wait.remind:fails-1ke6p4ym047ymz.read_sensor.1":"354b42bb4077b49756284ad0ef14dbf8e5332ebd"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym08hmr2','flaky',NULL,NULL,'843a05a125b7a714d0e43c7b35b99a2a','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:03825bb811bfe886cc52871683083315691df12be7b9d5116ee8390f44cf7395',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym08hmr2','flaky',NULL,NULL,'843a05a125b7a714d0e43c7b35b99a2a','{}',2,'2:42639b0dcf0b17f3fb85e3b79d89b9180ee25812d019ad60621c179aa5dead88',NULL);
INSERT INTO "event" VALUES(39,'request.opened',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym08hmr2','flaky','first','flaky-1ke6p4ym08hmr2.first','843a05a125b7a714d0e43c7b35b99a2a','{"kind":"approval"}',3,'2:b94622cf39f01e482a7f2344f647bbc46c79dbb1a75b10b8e13c8b020929217c',NULL);
INSERT INTO "event" VALUES(40,'run.waiting',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym08hmr2','flaky',NULL,NULL,'843a05a125b7a714d0e43c7b35b99a2a','{"reason":"waits for people at first"}',4,'2:a431007bfdaa8cd183605148df54816fd396f08818e53036db5ccb39e8d310f8','{"run":"5b429789894e0875f7f719e8e74baac19ef4430d","step.first":"c728e09fe9b2a551f58d26fb343f3df9bca03258","request.flaky-1ke6p4ym08hmr2.first":"08d372011409784c66d9e503700f7d1072c61b33","wait.expire:flaky-1ke6p4ym08hmr2.first":"a7f63cb709410e2531cb52fda9ae1fe82d324c05"}');
INSERT INTO "event" VALUES(41,'request.decision',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym08hmr2','flaky','first','flaky-1ke6p4ym08hmr2.first','843a05a125b7a714d0e43c7b35b99a2a','{"digest":"5d2271b6cf357292fc334c98552fa9275a6eacb39d05597f277a35368572a65b","kind":"approval","choice":"approve","comment":""}',5,'2:f6be4790bd7d4a39d3eec4749737c6d8ec95e7d792004ddc6662b3b4a9f7e01b',NULL);
INSERT INTO "event" VALUES(42,'request.decided',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym08hmr2','flaky','first','flaky-1ke6p4ym08hmr2.first','843a05a125b7a714d0e43c7b35b99a2a','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',6,'2:c9faa0db8e81b05bf130d033c4315f2b092cd8440da4788ed024e76a858df0a8',NULL);
INSERT INTO "event" VALUES(43,'step.started',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym08hmr2','flaky','pay',NULL,'843a05a125b7a714d0e43c7b35b99a2a','{"attempt":1,"title":"pay"}',7,'2:a081be33f2267bdf7e74c1b5deebfb24e8b9804ef445ed3538b9669452226b26',NULL);
INSERT INTO "event" VALUES(44,'run.resumed',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym08hmr2','flaky',NULL,NULL,'843a05a125b7a714d0e43c7b35b99a2a','{}',8,'2:974e03b1858c49645d9985cd05b5050e3df0096718ee64cb9e2150a0eb3571c9','{"run":"104db41bdc7c768ac5204549b8d938513abb6bdc","step.first":"366e3706544b0ba25a62c7ac32e584be3b2b2bfa","step.pay":"c8e3680cc280ffcd8e3698f4b98e1e8fcd5ccac6","request.flaky-1ke6p4ym08hmr2.first":"d96f3ad387ac4aeb7743c3316408b27f79857fa5","decision.flaky-1ke6p4ym08hmr2.first:1":"9c485d6592234fee3f5cc80c98a07a19d1ef1a28","wait.expire:flaky-1ke6p4ym08hmr2.first":null,"wait.remind:flaky-1ke6p4ym08hmr2.first":null}');
INSERT INTO "event" VALUES(45,'step.retrying',1767603600000000,'engine:engine',NULL,'flaky-1ke6p4ym08hmr2','flaky','pay',NULL,'843a05a125b7a714d0e43c7b35b99a2a','{"attempt":1,"title":"pay","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:08:09.896164+00:00","log":[]}',9,'2:fa19d3c29e0ea8114a27fefa6054ab48f00582f655f4e1acea33c03a8584304b','{"step.pay":"106a2a8f81ef4647fd74ddc12f13090327db1d2e","wait.retry:flaky-1ke6p4ym08hmr2:pay":"934f9f0f22dbfe0e191306605af8f25dca8cf67d"}');
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
INSERT INTO "failure_card" VALUES('fails-1ke6p4ym047ymz.read_sensor.1','fails-1ke6p4ym047ymz','fails','read_sensor','5b6df722e4f37ce26e6bae1e8a9f4cf1','fails-1ke6p4ym047ymz.read_sensor.1',1);
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
INSERT INTO "log" VALUES(1,0,45,'066668c65075b3e3060c3655eecbe9bd273d05cf4d74920ff22036dcecf14b29','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{"(covered)":"0"}','8691e1011019218d','b5dcfa83c5057abce84ce6f9434adeaa9217e7ba');
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
INSERT INTO "request" VALUES('ship-1ke6p4ym00x8zz.go_live','approval','ship-1ke6p4ym00x8zz','ship','go_live','open',1,'Ship valve for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":5,"note":"more valves"},"proposed":{"replicas":5,"note":"more valves"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"2248960b41aad962e66cea66fb923a047b455d68b59d283f164d68572862a117","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","amount"]}','slack:U4',NULL,1767603600000000,'[["Note","more valves","value"],["Plan",{"before":{"item":"valve","amount":12345.67},"after":{"replicas":5,"note":"more valves"}},"diff",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('ship-1ke6p4ym0kkxse.go_live','approval','ship-1ke6p4ym0kkxse','ship','go_live','decided',3,'Ship pump for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":7,"note":"n"},"proposed":{"replicas":5,"note":"more pumps"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"9bd1e543b864b14c10bf27dbb6883291c6f6e159e60ac7957cbe7e7cf4c00ec7","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","amount"]}','slack:U4',NULL,1767603600000000,'[["Note","more pumps","value"],["Plan",{"before":{"item":"pump","amount":12345.67},"after":{"replicas":5,"note":"more pumps"}},"diff",true]]',NULL,1767618000000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('staged-1ke6p4ym08acct.both','approval','staged-1ke6p4ym08acct','staged','both','open',2,'Buy pump?','{"choices":["approve","reject"],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"needs":2,"former":[]}]},{"name":"second","quorums":[{"approvers":["U9"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('revocable-1ke6p4ym08b9et.take_back','approval','revocable-1ke6p4ym08b9et','revocable','take_back','held',3,'Delete pump?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":3600.0,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}},"digest":"e058e414d82ce5e44459f2bb8b489e15f244bd10659d4dcfeb13df83ba7dd2da","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767607200000000,NULL,0);
INSERT INTO "request" VALUES('fails-1ke6p4ym047ymz.read_sensor.1','failure','fails-1ke6p4ym047ymz','fails','read_sensor','open',1,'fails failed at read-sensor','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('flaky-1ke6p4ym08hmr2.first','approval','flaky-1ke6p4ym08hmr2','flaky','first','decided',3,'Pay 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}},"digest":"5d2271b6cf357292fc334c98552fa9275a6eacb39d05597f277a35368572a65b","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["amount"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
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
INSERT INTO "run" VALUES('ship-1ke6p4ym00x8zz','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','waiting',2,'{"item":"valve","amount":12345.67}','slack:U4',NULL,'manual',NULL,'7d38a3613af9e15b92b5f573f4ca90e8',1767603600000000,1767603600000000,NULL,'waits for people at go-live','2:a3fd8ec70cd017229122075a559d64fa1093fe9ccc19d23a758010feac2d58ad',6,'x8zz','b74084fb900634d84052b464e6ef15c1be62ddc7',NULL,0,'','');
INSERT INTO "run" VALUES('ship-1ke6p4ym0kkxse','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','succeeded',4,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'40a77f8614160500dd8247bf252d3517',1767603600000000,1767603600000000,1767603600000000,'','2:d96bf74af93ce7a90fbc4daf2b5fa660e6c4cbea245aa699f190e651a4687539',12,'kxse','e3723a50f97c0fa4b2b343904ed5f187c8f5e1ca',NULL,0,'','');
INSERT INTO "run" VALUES('staged-1ke6p4ym08acct','staged','b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'f7efc411b7f20d7123bf1477035fd760',1767603600000000,1767603600000000,NULL,'waits for people at both','2:64cfbab6cc2bb2c4691ccf5247c55f8bdd72a99a211d6c8b65f6b020129ce0e3',5,'acct','6dbb79cc13105be2e0e5f464a6c263dcdd4613a5',NULL,0,'','');
INSERT INTO "run" VALUES('revocable-1ke6p4ym08b9et','revocable','ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'a358c598283afc37fca75372969be865',1767603600000000,1767603600000000,NULL,'waits for people at take-back','2:a0e30319f65bc3d5cca60a0e7d9859c7531c38c00f26c51973209d1c83ab612d',6,'b9et','9bad67b4eabea173d1e1e1263b57ae9bd4cda728',NULL,0,'','');
INSERT INTO "run" VALUES('fails-1ke6p4ym047ymz','fails','79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','waiting',2,'null','slack:U4',NULL,'manual',NULL,'4bf77cdf4bd1cca58c0704278957599e',1767603600000000,1767603600000000,NULL,'waits for people at read-sensor','2:e7d6ba4c63d59a73b717740df8d9975b75dedb1e170443796ccadde068aa45f3',6,'7ymz','ddffedab48e8f68dd4396ddcacd121d53ddc102d',NULL,0,'','');
INSERT INTO "run" VALUES('flaky-1ke6p4ym08hmr2','flaky','2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','running',3,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'843a05a125b7a714d0e43c7b35b99a2a',1767603600000000,1767603600000000,NULL,'','2:fa19d3c29e0ea8114a27fefa6054ab48f00582f655f4e1acea33c03a8584304b',9,'hmr2','d2e3461702a99ad7634a3033e9047d9c1b54bc35',NULL,0,'','');
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
INSERT INTO "step_run" VALUES('fails-1ke6p4ym047ymz','read_sensor','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5',0,NULL,NULL);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym08hmr2','first','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym08hmr2','pay','retrying',1,1,0,1,1767603600000000,1767603600000000,1767604089896164,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd',0,NULL,NULL);
INSERT INTO "step_run" VALUES('revocable-1ke6p4ym08b9et','take_back','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym00x8zz','go_live','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym00x8zz','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more valves"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0kkxse','go_live','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00","value":{"replicas":7,"note":"n"}}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0kkxse','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more pumps"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0kkxse','release','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'"7 replicas"',NULL,'',NULL,'991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6',0,NULL,NULL);
INSERT INTO "step_run" VALUES('staged-1ke6p4ym08acct','both','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
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
INSERT INTO "wait" VALUES('expire:ship-1ke6p4ym00x8zz.go_live','expire','ship-1ke6p4ym00x8zz','go_live','ship-1ke6p4ym00x8zz.go_live',1767618000000000);
INSERT INTO "wait" VALUES('expire:staged-1ke6p4ym08acct.both','expire','staged-1ke6p4ym08acct','both','staged-1ke6p4ym08acct.both',1767776400000000);
INSERT INTO "wait" VALUES('effect:revocable-1ke6p4ym08b9et.take_back','effect','revocable-1ke6p4ym08b9et','take_back','revocable-1ke6p4ym08b9et.take_back',1767607200000000);
INSERT INTO "wait" VALUES('expire:fails-1ke6p4ym047ymz.read_sensor.1','expire','fails-1ke6p4ym047ymz','read_sensor','fails-1ke6p4ym047ymz.read_sensor.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:fails-1ke6p4ym047ymz.read_sensor.1','remind','fails-1ke6p4ym047ymz','read_sensor','fails-1ke6p4ym047ymz.read_sensor.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:flaky-1ke6p4ym08hmr2:pay','retry','flaky-1ke6p4ym08hmr2','pay',NULL,1767604089896164);
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
