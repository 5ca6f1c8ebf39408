BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0019');
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
INSERT INTO "code" VALUES('9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','{"plan":"cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b","release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}','6fdf958331e16059b4cf92ef52385ece5fcff11b');
INSERT INTO "code" VALUES('c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}','2c71e8cc6688af2153afc79f3772227dd5dadb2c');
INSERT INTO "code" VALUES('bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}','c82d589464e05c72d145116a2b43984306a8da83');
INSERT INTO "code" VALUES('580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','{"read_sensor":"d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5"}','13450ab0d46587f5c7695d5f513635b1753ff6b5');
INSERT INTO "code" VALUES('0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}','27dc5ce1cdd7421061a82155a80139cb2b7e3f78');
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
INSERT INTO "decision" VALUES('ship-1ke6p4ym046ypv.go_live:1','ship-1ke6p4ym046ypv.go_live','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]','{"replicas":7,"note":"n"}','73e84c005383a97cec5da9be18ec9ac7a261f1989eecf0480eb8a0033db72bb1','');
INSERT INTO "decision" VALUES('staged-1ke6p4ym0c6w25.both:1','staged-1ke6p4ym0c6w25.both','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'f2801be13c2f026c70b783bd098ec0d041400a9c35b585691dfbd682e38e61cd','');
INSERT INTO "decision" VALUES('revocable-1ke6p4ym0b4wjg.take_back:1','revocable-1ke6p4ym0b4wjg.take_back','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'a8bbc2b56af58505b2f506d252e24f86cf4a357cc3898fea2c596bb975071e2c','');
INSERT INTO "decision" VALUES('flaky-1ke6p4ym0qm2j1.first:1','flaky-1ke6p4ym0qm2j1.first','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'c19ea214ade822e863e696a7d8d22433219838820bdd3da8a8c1ad7e0a4d5400','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','ship','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"ship","nodes":[{"after":[],"failure":null,"kind":"step","name":"plan","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2953fe45833acab3ab371af77d05f895b5499354f8c48542de179a04d227f7dd","takes_ctx":false,"takes_input":true,"timeout":null,"title":"plan","when":null},{"after":[],"ask":"Ship {input.item} for {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":{"fields":{"properties":{"note":{"default":"","title":"Note","type":"string"},"replicas":{"title":"Replicas","type":"integer"}},"required":["replicas"],"title":"Change","type":"object"},"options":{},"proposed":"plan","sole":""},"hours":null,"kind":"approval","leavers_count":false,"name":"go_live","needs":[{"join":"value","parameter":"plan","step":"plan"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Note","source":"plan.note"},{"before":"input","kind":"diff","label":"Plan","source":"plan"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"go-live","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"release","needs":[{"join":"value","parameter":"go_live","step":"go_live"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:a455f821e77ea65e987ec983cfc0b82ee74753d731a75b565789d01f57f54af0","takes_ctx":false,"takes_input":false,"timeout":null,"title":"release","when":{"kind":"outcome","outcome":"approved","step":"go_live"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ship","triggers":[]}',1767603600000000,'c9951cb23e47e475eec049c559226a90d11ec2f9');
INSERT INTO "definition" VALUES('b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','staged','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"staged","nodes":[{"after":[],"ask":"Buy {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"both","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"former":[],"needs":2}]},{"name":"second","quorums":[{"approvers":["U9"],"former":[],"needs":1}]}],"title":"both","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"buy","needs":[{"join":"value","parameter":"both","step":"both"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:83871677971d827e7cceab542e6562cc17f459939ba3fc0126412e234c1490ee","takes_ctx":false,"takes_input":true,"timeout":null,"title":"buy","when":{"kind":"outcome","outcome":"approved","step":"both"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"staged","triggers":[]}',1767603600000000,'039e093450d13d9aa950707cd6d51eefc08071d8');
INSERT INTO "definition" VALUES('ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','revocable','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"revocable","nodes":[{"after":[],"ask":"Delete {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"take_back","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"take-back","undo":3600.0,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"delete","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:b5ada7a2397f6ea8b620564a42286426a263c485be1eac784334c84367679a42","takes_ctx":false,"takes_input":true,"timeout":null,"title":"delete","when":{"kind":"outcome","outcome":"approved","step":"take_back"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"revocable","triggers":[]}',1767603600000000,'ed3ec0198a28b088ba8dea792b5154747a3bebef');
INSERT INTO "definition" VALUES('79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','fails','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"fails","nodes":[{"after":[],"failure":null,"kind":"step","name":"read_sensor","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"read-sensor","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"fails","triggers":[]}',1767603600000000,'77103200a941bb583107eaf9cfa7f2dde703e4d8');
INSERT INTO "definition" VALUES('2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','flaky','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"flaky","nodes":[{"after":[],"ask":"Pay {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"first","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"first","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"pay","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:b25e2ea904eab4e6fe3d270909aa31919e1dc82e7a70f2b6799bbecb355836af","takes_ctx":true,"takes_input":true,"timeout":null,"title":"pay","when":{"kind":"outcome","outcome":"approved","step":"first"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"flaky","triggers":[]}',1767603600000000,'3c95a57961fd8d878ef2a281e060e4767c0765d2');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym00fm1x','ship',NULL,NULL,'ee05a4c0e882fd0212ee863939888189','{"input":{"item":"valve","amount":12345.67},"trigger":"manual"}',1,'2:432e7236bd3184bbcbcddb2f32c1a6a9d221c429fb0ec600e3efc9f3b03d337e',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym00fm1x','ship',NULL,NULL,'ee05a4c0e882fd0212ee863939888189','{}',2,'2:a56570619ee984ad48817fa75d2a4205ed54528abaa57c8509bbf0cab6d94b23',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym00fm1x','ship','plan',NULL,'ee05a4c0e882fd0212ee863939888189','{"attempt":1,"title":"plan"}',3,'2:36bb7624205950956849b786441902155c5527c54965976d3824a4c2860058c6','{"run":"756bf0a7d849f3b37e743d7624bff2a6c706b4d0","step.plan":"e3808d242f1c930aaa3fd02b423e0ae2a1b19407"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym00fm1x','ship','plan',NULL,'ee05a4c0e882fd0212ee863939888189','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:1300396794f2b67bedb2890b691aefe7bde474749be47cca5f276afac7c7a112',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym00fm1x','ship','go_live','ship-1ke6p4ym00fm1x.go_live','ee05a4c0e882fd0212ee863939888189','{"kind":"approval"}',5,'2:47d24b4d91db0e1d5a30cfa00cdef7ca79f7b26bfde7e416c002deff935ee049',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym00fm1x','ship',NULL,NULL,'ee05a4c0e882fd0212ee863939888189','{"reason":"waits for people at go-live"}',6,'2:6468723cda93dbb4a710e29cec1932e172a974e4d0fca02ce644d9f715cc7cc3','{"run":"1ce1b2ac108446b84cd2f44c6c858e4d53917897","step.plan":"b62d8975a800da477fbaf4bc3bf6e3c2726c966c","step.go_live":"b4b8c161183e767cfff49e479ba5714dcab1190c","request.ship-1ke6p4ym00fm1x.go_live":"0dac284861dd172432d21592383054d37d1c8e3f","wait.expire:ship-1ke6p4ym00fm1x.go_live":"59e4beeb28f7e2afbb08e830d2a95653fb2f1c3f"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym046ypv','ship',NULL,NULL,'a5b55f2d0f951e6e1570d356382eb32d','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:8365d88d87fdcc4bd858c453a79d34cf6ed9d22df19c83cbb5b6ade7d2749c24',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym046ypv','ship',NULL,NULL,'a5b55f2d0f951e6e1570d356382eb32d','{}',2,'2:be854d05722b60d2abfef12958eebbcf81bfa24884312184511b7a947ff36be4',NULL);
INSERT INTO "event" VALUES(10,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym046ypv','ship','plan',NULL,'a5b55f2d0f951e6e1570d356382eb32d','{"attempt":1,"title":"plan"}',3,'2:ae2cdc4178a90defbedd573b4f86742fdc9223984554bcd3aaed8cde06c89abd','{"run":"4dccdf7f3bf4e8f3042ef5f6859a90d6c2638be8","step.plan":"7064d04073e9b8555392b09c83861f7ed0959c1d"}');
INSERT INTO "event" VALUES(11,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym046ypv','ship','plan',NULL,'a5b55f2d0f951e6e1570d356382eb32d','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:6748b47694b2611e8f109266b18783397c5d028333fa02748978cfac5f5bc4ae',NULL);
INSERT INTO "event" VALUES(12,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym046ypv','ship','go_live','ship-1ke6p4ym046ypv.go_live','a5b55f2d0f951e6e1570d356382eb32d','{"kind":"approval"}',5,'2:e9944af1df8a6730ded873f6b9e220532fb4c2f6a7eb076d5cdd5980e3f9818e',NULL);
INSERT INTO "event" VALUES(13,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym046ypv','ship',NULL,NULL,'a5b55f2d0f951e6e1570d356382eb32d','{"reason":"waits for people at go-live"}',6,'2:ce53df225cbe9007c30463c0b3a941822efc9d1106570e6e4d416ee39ec4ad99','{"run":"9c934824b09d6b2862390c3434fb11d6e59e71ff","step.plan":"92c819567938bad0fe9ab3f39c58596df3638b39","step.go_live":"87ce23a4ddfd3ef3da215e6d40193c4569779f73","request.ship-1ke6p4ym046ypv.go_live":"f673f8ef18c85fee0dce9d00a07f432a44a4ce08","wait.expire:ship-1ke6p4ym046ypv.go_live":"7b06e6c10614c39404a7d4460b7752ca26240a99"}');
INSERT INTO "event" VALUES(14,'request.decision',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym046ypv','ship','go_live','ship-1ke6p4ym046ypv.go_live','a5b55f2d0f951e6e1570d356382eb32d','{"digest":"73e84c005383a97cec5da9be18ec9ac7a261f1989eecf0480eb8a0033db72bb1","kind":"approval","choice":"approve","comment":"","changes":{"replicas":[5,7],"note":["more pumps","n"]}}',7,'2:6ddc4e4f1b66d9e6724369ed999c6d47c459d2555897131c10dc251302124cbf',NULL);
INSERT INTO "event" VALUES(15,'request.decided',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym046ypv','ship','go_live','ship-1ke6p4ym046ypv.go_live','a5b55f2d0f951e6e1570d356382eb32d','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',8,'2:59a57453bbbe55e3cd73b3b9325121b7dd961ff24eb24f981b06006660db88f0',NULL);
INSERT INTO "event" VALUES(16,'step.started',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym046ypv','ship','release',NULL,'a5b55f2d0f951e6e1570d356382eb32d','{"attempt":1,"title":"release"}',9,'2:d96380f5585e5f0d300915243e63f28a9975eca120e586476e3ef31b2f0117ee',NULL);
INSERT INTO "event" VALUES(17,'run.resumed',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym046ypv','ship',NULL,NULL,'a5b55f2d0f951e6e1570d356382eb32d','{}',10,'2:60845fd8fc482adb41fab47c27805dcc13a088c5ce77b65025a61433651e9648','{"run":"4dccdf7f3bf4e8f3042ef5f6859a90d6c2638be8","step.go_live":"6d0ebfa5715196a02d5de4707edb937418b249d0","step.release":"492ee8196385b13223802b5e7aca2c283a5f193b","request.ship-1ke6p4ym046ypv.go_live":"3ba2dba47b8a5e10ae258902174d7917a2a9c7be","decision.ship-1ke6p4ym046ypv.go_live:1":"61f8a97fe04478db7afecfe741a3f9e9edcd495e","wait.expire:ship-1ke6p4ym046ypv.go_live":null,"wait.remind:ship-1ke6p4ym046ypv.go_live":null}');
INSERT INTO "event" VALUES(18,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym046ypv','ship','release',NULL,'a5b55f2d0f951e6e1570d356382eb32d','{"attempt":1,"title":"release","seconds":0.0,"log":[]}',11,'2:e6b52d1974f1deb39f60f8caa8055349d4d414783502bcf8e56e74953ea087f8',NULL);
INSERT INTO "event" VALUES(19,'run.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym046ypv','ship',NULL,NULL,'a5b55f2d0f951e6e1570d356382eb32d','{}',12,'2:db695d7418fe56bdb907806f7cd3881c207ad9534e3ef016bff304e6992ff6bd','{"run":"443c7cc944da87dfa2dbe0aa8817c70190007937","step.release":"de632b86c70987fdef38bf04623fb98d89e70ffa"}');
INSERT INTO "event" VALUES(20,'run.created',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0c6w25','staged',NULL,NULL,'8b1d82d275d3df015f22ef1e3e1ed1b5','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:a2afdeb55000e40ab027e0fac18e04b2f47c68d17dca26f45b551d1c3b8cc13e',NULL);
INSERT INTO "event" VALUES(21,'run.started',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0c6w25','staged',NULL,NULL,'8b1d82d275d3df015f22ef1e3e1ed1b5','{}',2,'2:4e1987a88d9c881f98bbbc2e8b98fe663b0c59a134a02b4fb95fa6d83e81da28',NULL);
INSERT INTO "event" VALUES(22,'request.opened',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0c6w25','staged','both','staged-1ke6p4ym0c6w25.both','8b1d82d275d3df015f22ef1e3e1ed1b5','{"kind":"approval"}',3,'2:19fd40e019dc42731a46be60b2d148a33754dcdd50cdaeb895ff7137adac43de',NULL);
INSERT INTO "event" VALUES(23,'run.waiting',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0c6w25','staged',NULL,NULL,'8b1d82d275d3df015f22ef1e3e1ed1b5','{"reason":"waits for people at both"}',4,'2:1f41a2d9ca186de55c0ce88e8467b7997d543f2469da13f7bba7dc9d7f7e0f4d','{"run":"ba0fd08b60827dfd21c4f54f44b37a334e6d5610","step.both":"50b3d3e6e693ab976057b3c2319ed2259e868be6","request.staged-1ke6p4ym0c6w25.both":"cfe6f905eb91e9c3380b6c591a06efb668e1e77d","wait.expire:staged-1ke6p4ym0c6w25.both":"64164a66537026d3d4f5e725f55f6573390f6e6e"}');
INSERT INTO "event" VALUES(24,'request.decision',1767603600000000,'slack:U1',NULL,'staged-1ke6p4ym0c6w25','staged','both','staged-1ke6p4ym0c6w25.both','8b1d82d275d3df015f22ef1e3e1ed1b5','{"digest":"f2801be13c2f026c70b783bd098ec0d041400a9c35b585691dfbd682e38e61cd","kind":"approval","choice":"approve","comment":""}',5,'2:fd8a816837127ac77e3c159c251ddf77f8eb9769a06440cea603c9bbfe2d30f0','{"run":"ba0fd08b60827dfd21c4f54f44b37a334e6d5610","request.staged-1ke6p4ym0c6w25.both":"0f5eddbdb091509df92ae3cc2dc64bca50db5ea3","decision.staged-1ke6p4ym0c6w25.both:1":"9d1818f0499b6f86df0d5e40cdd9cfaf5e8e25af"}');
INSERT INTO "event" VALUES(25,'run.created',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0b4wjg','revocable',NULL,NULL,'f5833c506352c8a0f24eac2e2aaf8e3c','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:9a16c1633c07c53cd6a5e28423e301e88d1463ad1006dd362a679639cb8bb382',NULL);
INSERT INTO "event" VALUES(26,'run.started',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0b4wjg','revocable',NULL,NULL,'f5833c506352c8a0f24eac2e2aaf8e3c','{}',2,'2:2a4207f86ae3da1d27fbe74b5ad204b0e132bd1d39cf6b4eb434137751389578',NULL);
INSERT INTO "event" VALUES(27,'request.opened',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0b4wjg','revocable','take_back','revocable-1ke6p4ym0b4wjg.take_back','f5833c506352c8a0f24eac2e2aaf8e3c','{"kind":"approval"}',3,'2:9e705c8323c83f05deb67f5b816fe97872b20fccce47d5c51e2f2b1f51d42d7c',NULL);
INSERT INTO "event" VALUES(28,'run.waiting',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0b4wjg','revocable',NULL,NULL,'f5833c506352c8a0f24eac2e2aaf8e3c','{"reason":"waits for people at take-back"}',4,'2:2d54e64d8bf1870c61a209a1016f3776e131382e14cc9556c21a2511a481e5f2','{"run":"fb8561a42652e789a71da3c2e23fb99cd610edc8","step.take_back":"8588ff2177da6c61efadf534e173b63e190f2e92","request.revocable-1ke6p4ym0b4wjg.take_back":"7f765d29a2908e541288c61cec48b12eafb46676","wait.expire:revocable-1ke6p4ym0b4wjg.take_back":"9f114673e2f1403f42f01a622177b6b5a725c59a"}');
INSERT INTO "event" VALUES(29,'request.decision',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0b4wjg','revocable','take_back','revocable-1ke6p4ym0b4wjg.take_back','f5833c506352c8a0f24eac2e2aaf8e3c','{"digest":"a8bbc2b56af58505b2f506d252e24f86cf4a357cc3898fea2c596bb975071e2c","kind":"approval","choice":"approve","comment":""}',5,'2:83d324e954dbf76c1fc5b546653fe06132a02994c24c823eb4976ae0c218788d',NULL);
INSERT INTO "event" VALUES(30,'request.held',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0b4wjg','revocable','take_back','revocable-1ke6p4ym0b4wjg.take_back','f5833c506352c8a0f24eac2e2aaf8e3c','{"effective_at":"2026-01-05T10:00:00+00:00"}',6,'2:ed33e32273c584a7fd46e25b4e0479d129b4e7715d3eb7454f0430729c0a69fc','{"run":"fb8561a42652e789a71da3c2e23fb99cd610edc8","request.revocable-1ke6p4ym0b4wjg.take_back":"0c9e533969884d1edbacd2f2303f1464ff7823b8","decision.revocable-1ke6p4ym0b4wjg.take_back:1":"28d18229b83f20f8e6064dc75f5eb6c23d7ddf54","wait.expire:revocable-1ke6p4ym0b4wjg.take_back":null,"wait.remind:revocable-1ke6p4ym0b4wjg.take_back":null,"wait.effect:revocable-1ke6p4ym0b4wjg.take_back":"9d91a8b53e609250ca246a9c3de344bf6f6df7b1"}');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0t427r','fails',NULL,NULL,'c47337787effe0508429ee701d885381','{"input":null,"trigger":"manual"}',1,'2:f2a3ea248bdd1bc90f1d2a7e7bde9a3d729afade01371c9b7da59927aa37fd21',NULL);
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0t427r','fails',NULL,NULL,'c47337787effe0508429ee701d885381','{}',2,'2:2f63ecc2f68a1c8914bbdfc79af7788b5b7ae1e7bf39d69f3effec8b68d4f392',NULL);
INSERT INTO "event" VALUES(33,'step.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0t427r','fails','read_sensor',NULL,'c47337787effe0508429ee701d885381','{"attempt":1,"title":"read-sensor"}',3,'2:79629aae07431cd02206d544b0e6a19c223608ef142a36ca6a702c376ff6cac9','{"run":"d038bc8679c01866bfb0a151279f6a82ce6d0648","step.read_sensor":"bd07e71848c6b6e057fa9fea1a7f89f0567bb95e"}');
INSERT INTO "event" VALUES(34,'step.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0t427r','fails','read_sensor',NULL,'c47337787effe0508429ee701d885381','{"log":[],"attempt":1,"title":"read-sensor","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 231, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 335, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:38fed3c204b29a3d6eee505ff829042263be7ccf4c84d53cb089fafdf7e7056b',NULL);
INSERT INTO "event" VALUES(35,'request.opened',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0t427r','fails','read_sensor','fails-1ke6p4ym0t427r.read_sensor.1','c47337787effe0508429ee701d885381','{"kind":"failure"}',5,'2:67c8158540e1840e430be0ee4d5bf957a3bcc7329e807d6803c9ad3413c46a47',NULL);
INSERT INTO "event" VALUES(36,'run.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0t427r','fails',NULL,NULL,'c47337787effe0508429ee701d885381','{"reason":"waits for people at read-sensor"}',6,'2:9ad779546a9a3c3fea335474ef65be0150d3c303564e9de62b4b4b3ef919f21e','{"run":"a8e4bd5ffcd1cd1f9d901ec0d9777ed94eb305a8","step.read_sensor":"0fc45d62ee74a48cf75bc0f5a8b214a9342eca05","request.fails-1ke6p4ym0t427r.read_sensor.1":"25fbeddc0c239b6f268d13864794eecd9d3799b1","wait.expire:fails-1ke6p4ym0t427r.read_sensor.1":"ef3762423204b08a411cc2784f545ea03978d7d2","wait.remind:fails-1ke6p4ym0t427r.read_sensor.1":"27fa5e95053d64d321759a37c561e258603051ef"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0qm2j1','flaky',NULL,NULL,'6639afef23cc661984cad885ddc32d44','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:60209bed88550c0fb9ae30763adc34a6667192165609e3e5239ab2871b63b9e6',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0qm2j1','flaky',NULL,NULL,'6639afef23cc661984cad885ddc32d44','{}',2,'2:0f6b0fabb27ba27c870af050df10980d1dc8fee75a66c02e9252115d74ef17df',NULL);
INSERT INTO "event" VALUES(39,'request.opened',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0qm2j1','flaky','first','flaky-1ke6p4ym0qm2j1.first','6639afef23cc661984cad885ddc32d44','{"kind":"approval"}',3,'2:6ed6e019dc4e4b8d73ec81e28d989243a93a079b1c2ab0a0334644de6260d753',NULL);
INSERT INTO "event" VALUES(40,'run.waiting',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0qm2j1','flaky',NULL,NULL,'6639afef23cc661984cad885ddc32d44','{"reason":"waits for people at first"}',4,'2:ff8c1a202ed76ca2dd16807b211a48c172c0d9f8b8d68050515c05c5f9231395','{"run":"c0105cb172cade99e1f5b80b26bb04bdd7cd92c8","step.first":"fdbcaa105e06180452b4b5d9458e47ee0b7460d9","request.flaky-1ke6p4ym0qm2j1.first":"0a986ec5421ec896ec4ffb110fe5572a789fb1b5","wait.expire:flaky-1ke6p4ym0qm2j1.first":"08653c5aeb05edd10cf02c99cc5216616876286d"}');
INSERT INTO "event" VALUES(41,'request.decision',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0qm2j1','flaky','first','flaky-1ke6p4ym0qm2j1.first','6639afef23cc661984cad885ddc32d44','{"digest":"c19ea214ade822e863e696a7d8d22433219838820bdd3da8a8c1ad7e0a4d5400","kind":"approval","choice":"approve","comment":""}',5,'2:e2b42987ba317b93420d23fb5f3cbdb6a0f2f3d4227e21cc8ab5d5c5f189651f',NULL);
INSERT INTO "event" VALUES(42,'request.decided',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0qm2j1','flaky','first','flaky-1ke6p4ym0qm2j1.first','6639afef23cc661984cad885ddc32d44','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',6,'2:38ce8c78c25dc598c1d7d412162d7edc7f58665aefcad648cfc61f10af91a53e',NULL);
INSERT INTO "event" VALUES(43,'step.started',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0qm2j1','flaky','pay',NULL,'6639afef23cc661984cad885ddc32d44','{"attempt":1,"title":"pay"}',7,'2:114c626e08f3338451f27290d3c5643e95cfa3fde84c21aa84e1c7a82dd2e2d5',NULL);
INSERT INTO "event" VALUES(44,'run.resumed',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0qm2j1','flaky',NULL,NULL,'6639afef23cc661984cad885ddc32d44','{}',8,'2:96b4e29755f4273d094b3c345c74929fa2be6cf78c852e82e6a333eea462a702','{"run":"4af642bcbdd2e1258f0c5448a61835e9a0752199","step.first":"9477308b896b1291e032f5f75dccb12ebb5fdfd5","step.pay":"18238f619e7b381fd00ad9e77f772b14f5d3c89e","request.flaky-1ke6p4ym0qm2j1.first":"168be1a5c9def3196dedcc1da59abe3417785f12","decision.flaky-1ke6p4ym0qm2j1.first:1":"49903be4b94ffd7211e112644bbc8cadf70a01f8","wait.expire:flaky-1ke6p4ym0qm2j1.first":null,"wait.remind:flaky-1ke6p4ym0qm2j1.first":null}');
INSERT INTO "event" VALUES(45,'step.retrying',1767603600000000,'engine:engine',NULL,'flaky-1ke6p4ym0qm2j1','flaky','pay',NULL,'6639afef23cc661984cad885ddc32d44','{"attempt":1,"title":"pay","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 231, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 324, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 335, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:09:06.776549+00:00","log":[]}',9,'2:816a27b3d7b84ab5ff6fc74f794d59e9b53269e99ae437bf61840e7a744c6f9a','{"step.pay":"9d4cb800b853fc300ccd7b6b7337ff7ab7c142b4","wait.retry:flaky-1ke6p4ym0qm2j1:pay":"4a3e45bc9f90c987e4dbd1c623978f86e94effbd"}');
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
INSERT INTO "failure_card" VALUES('fails-1ke6p4ym0t427r.read_sensor.1','fails-1ke6p4ym0t427r','fails','read_sensor','5b6df722e4f37ce26e6bae1e8a9f4cf1','fails-1ke6p4ym0t427r.read_sensor.1',1);
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
INSERT INTO "log" VALUES(1,0,45,'38c35b0531ddb183002ce74f44007c1379148693f49fab716e2e800aee631c9a','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{}','3f61ed27c73d697c','73a331d36bbafc10b328517e49a8926f4e6503e9');
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
INSERT INTO "request" VALUES('ship-1ke6p4ym00fm1x.go_live','approval','ship-1ke6p4ym00fm1x','ship','go_live','open',1,'Ship valve for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":5,"note":"more valves"},"proposed":{"replicas":5,"note":"more valves"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"2248960b41aad962e66cea66fb923a047b455d68b59d283f164d68572862a117","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more valves","value"],["Plan",{"before":{"item":"valve","amount":12345.67},"after":{"replicas":5,"note":"more valves"}},"diff",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('ship-1ke6p4ym046ypv.go_live','approval','ship-1ke6p4ym046ypv','ship','go_live','decided',3,'Ship pump for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":7,"note":"n"},"proposed":{"replicas":5,"note":"more pumps"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"73e84c005383a97cec5da9be18ec9ac7a261f1989eecf0480eb8a0033db72bb1","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more pumps","value"],["Plan",{"before":{"item":"pump","amount":12345.67},"after":{"replicas":5,"note":"more pumps"}},"diff",true]]',NULL,1767618000000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('staged-1ke6p4ym0c6w25.both','approval','staged-1ke6p4ym0c6w25','staged','both','open',2,'Buy pump?','{"choices":["approve","reject"],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"needs":2,"former":[]}]},{"name":"second","quorums":[{"approvers":["U9"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('revocable-1ke6p4ym0b4wjg.take_back','approval','revocable-1ke6p4ym0b4wjg','revocable','take_back','held',3,'Delete pump?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":3600.0,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}},"digest":"a8bbc2b56af58505b2f506d252e24f86cf4a357cc3898fea2c596bb975071e2c","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767607200000000,NULL,0);
INSERT INTO "request" VALUES('fails-1ke6p4ym0t427r.read_sensor.1','failure','fails-1ke6p4ym0t427r','fails','read_sensor','open',1,'fails failed at read-sensor','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 231, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 335, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('flaky-1ke6p4ym0qm2j1.first','approval','flaky-1ke6p4ym0qm2j1','flaky','first','decided',3,'Pay 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}},"digest":"c19ea214ade822e863e696a7d8d22433219838820bdd3da8a8c1ad7e0a4d5400","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
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
	reason VARCHAR NOT NULL, head VARCHAR DEFAULT '' NOT NULL, events INTEGER DEFAULT '0' NOT NULL, tail VARCHAR DEFAULT '' NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, base TEXT, priority INTEGER DEFAULT '0' NOT NULL, concurrency_key VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "run" VALUES('ship-1ke6p4ym00fm1x','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','waiting',2,'{"item":"valve","amount":12345.67}','slack:U4',NULL,'manual',NULL,'ee05a4c0e882fd0212ee863939888189',1767603600000000,1767603600000000,NULL,'waits for people at go-live','2:6468723cda93dbb4a710e29cec1932e172a974e4d0fca02ce644d9f715cc7cc3',6,'fm1x','3c9bb94a982c8c0df64725737c620d30c94d7598',NULL,0,'');
INSERT INTO "run" VALUES('ship-1ke6p4ym046ypv','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','succeeded',4,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'a5b55f2d0f951e6e1570d356382eb32d',1767603600000000,1767603600000000,1767603600000000,'','2:db695d7418fe56bdb907806f7cd3881c207ad9534e3ef016bff304e6992ff6bd',12,'6ypv','690e07cd21b4e495ca36b0d0bfe1b7ca718576e7',NULL,0,'');
INSERT INTO "run" VALUES('staged-1ke6p4ym0c6w25','staged','b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'8b1d82d275d3df015f22ef1e3e1ed1b5',1767603600000000,1767603600000000,NULL,'waits for people at both','2:fd8a816837127ac77e3c159c251ddf77f8eb9769a06440cea603c9bbfe2d30f0',5,'6w25','343238b236543101f48e2275be7466b7eb11dc5b',NULL,0,'');
INSERT INTO "run" VALUES('revocable-1ke6p4ym0b4wjg','revocable','ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'f5833c506352c8a0f24eac2e2aaf8e3c',1767603600000000,1767603600000000,NULL,'waits for people at take-back','2:ed33e32273c584a7fd46e25b4e0479d129b4e7715d3eb7454f0430729c0a69fc',6,'4wjg','340012df22987aa7d4f52018db7864e129bb2684',NULL,0,'');
INSERT INTO "run" VALUES('fails-1ke6p4ym0t427r','fails','79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','waiting',2,'null','slack:U4',NULL,'manual',NULL,'c47337787effe0508429ee701d885381',1767603600000000,1767603600000000,NULL,'waits for people at read-sensor','2:9ad779546a9a3c3fea335474ef65be0150d3c303564e9de62b4b4b3ef919f21e',6,'427r','950240eeee1ee2ea005e023369ed92627ac3296a',NULL,0,'');
INSERT INTO "run" VALUES('flaky-1ke6p4ym0qm2j1','flaky','2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','running',3,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'6639afef23cc661984cad885ddc32d44',1767603600000000,1767603600000000,NULL,'','2:816a27b3d7b84ab5ff6fc74f794d59e9b53269e99ae437bf61840e7a744c6f9a',9,'m2j1','66ce6ee0e168a57f9ba2183fab3bf4e7ac1186de',NULL,0,'');
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
INSERT INTO "step_run" VALUES('fails-1ke6p4ym0t427r','read_sensor','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 231, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 335, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5',0,NULL,NULL);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0qm2j1','first','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0qm2j1','pay','retrying',1,1,0,1,1767603600000000,1767603600000000,1767604146776549,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 231, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 324, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 335, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd',0,NULL,NULL);
INSERT INTO "step_run" VALUES('revocable-1ke6p4ym0b4wjg','take_back','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym00fm1x','go_live','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym00fm1x','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more valves"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym046ypv','go_live','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00","value":{"replicas":7,"note":"n"}}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym046ypv','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more pumps"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym046ypv','release','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'"7 replicas"',NULL,'',NULL,'991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6',0,NULL,NULL);
INSERT INTO "step_run" VALUES('staged-1ke6p4ym0c6w25','both','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
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
INSERT INTO "wait" VALUES('expire:ship-1ke6p4ym00fm1x.go_live','expire','ship-1ke6p4ym00fm1x','go_live','ship-1ke6p4ym00fm1x.go_live',1767618000000000);
INSERT INTO "wait" VALUES('expire:staged-1ke6p4ym0c6w25.both','expire','staged-1ke6p4ym0c6w25','both','staged-1ke6p4ym0c6w25.both',1767776400000000);
INSERT INTO "wait" VALUES('effect:revocable-1ke6p4ym0b4wjg.take_back','effect','revocable-1ke6p4ym0b4wjg','take_back','revocable-1ke6p4ym0b4wjg.take_back',1767607200000000);
INSERT INTO "wait" VALUES('expire:fails-1ke6p4ym0t427r.read_sensor.1','expire','fails-1ke6p4ym0t427r','read_sensor','fails-1ke6p4ym0t427r.read_sensor.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:fails-1ke6p4ym0t427r.read_sensor.1','remind','fails-1ke6p4ym0t427r','read_sensor','fails-1ke6p4ym0t427r.read_sensor.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:flaky-1ke6p4ym0qm2j1:pay','retry','flaky-1ke6p4ym0qm2j1','pay',NULL,1767604146776549);
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
