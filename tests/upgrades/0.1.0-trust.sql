BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE code (
	digest VARCHAR NOT NULL, 
	steps TEXT NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "code" VALUES('9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','{"plan":"cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b","release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}');
INSERT INTO "code" VALUES('c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}');
INSERT INTO "code" VALUES('bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}');
INSERT INTO "code" VALUES('580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','{"read_sensor":"d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5"}');
INSERT INTO "code" VALUES('0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}');
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
INSERT INTO "decision" VALUES('ship-1ke6p4ym0e0n98.go_live:1','ship-1ke6p4ym0e0n98.go_live','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]','{"replicas":7,"note":"n"}','16d35ca2127bf8957118557c14c25cb3ef736b71d0c5231ec086f69a8c9d35c0','');
INSERT INTO "decision" VALUES('staged-1ke6p4ym03zahv.both:1','staged-1ke6p4ym03zahv.both','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'cd9d7f5b6cd1685f35067eecab98c6690211d1e334ddb07f4d5f9e697a7e7a29','');
INSERT INTO "decision" VALUES('revocable-1ke6p4ym0x1pk1.take_back:1','revocable-1ke6p4ym0x1pk1.take_back','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'43a26bd0e1a46f416ffe863b47c55b769b3c431be3fd1d784c9b3b8fa0c31a59','');
INSERT INTO "decision" VALUES('flaky-1ke6p4ym07ankk.first:1','flaky-1ke6p4ym07ankk.first','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'678d0699cf469a1a9b52312db6b0eff55bf6b8a605d015979502e0e7ac02c26e','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('cf0a3713e96d62efac8b004550f5047841207cf16fc4c85b2ce3757a61ca2d0a','ship','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"name":"ship","nodes":[{"after":[],"failure":null,"kind":"step","name":"plan","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"38ea5f1a7659bbb83c97ab4b2ae572abf6afb736ef395e38a78315573fe4abba","takes_ctx":false,"takes_input":true,"timeout":null,"title":"plan","when":null},{"after":[],"ask":"Ship {input.item} for {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":{"fields":{"properties":{"note":{"default":"","title":"Note","type":"string"},"replicas":{"title":"Replicas","type":"integer"}},"required":["replicas"],"title":"Change","type":"object"},"options":{},"proposed":"plan","sole":""},"hours":null,"kind":"approval","name":"go_live","needs":[{"join":"value","parameter":"plan","step":"plan"}],"on_expiry":"rejected","one_time_code":false,"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Note","source":"plan.note"},{"before":"input","kind":"diff","label":"Plan","source":"plan"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"go-live","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"release","needs":[{"join":"value","parameter":"go_live","step":"go_live"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"103c6dac55acace06c4ce6909fa4f58179350d5426913546c2fc3e1ef06843a2","takes_ctx":false,"takes_input":false,"timeout":null,"title":"release","when":{"kind":"outcome","outcome":"approved","step":"go_live"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ship","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('e8c1101a01cc2af53f87cc95f7b083f456d41ea5022c256d67be6b04b1004477','staged','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"name":"staged","nodes":[{"after":[],"ask":"Buy {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","name":"both","needs":[],"on_expiry":null,"one_time_code":false,"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"former":[],"needs":2}]},{"name":"second","quorums":[{"approvers":["U9"],"former":[],"needs":1}]}],"title":"both","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"buy","needs":[{"join":"value","parameter":"both","step":"both"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"fb8b4c1fe2496636b8a464f52e29a882c5b13b5a3ddf11b169468e4bde7b23ae","takes_ctx":false,"takes_input":true,"timeout":null,"title":"buy","when":{"kind":"outcome","outcome":"approved","step":"both"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"staged","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('287b096446e804f5d8f087e61de34077031a686f81f985c0cd11b9e9d48aab1b','revocable','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"name":"revocable","nodes":[{"after":[],"ask":"Delete {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","name":"take_back","needs":[],"on_expiry":null,"one_time_code":false,"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"take-back","undo":3600.0,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"delete","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"ae35b55bc1fda9029198c083826a47a84b167391ef0b1632af32e400eb0cf755","takes_ctx":false,"takes_input":true,"timeout":null,"title":"delete","when":{"kind":"outcome","outcome":"approved","step":"take_back"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"revocable","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('ad6309a917cb571d2c5313c7a843ba98453657c2dc099d85a4e3add8afa919e5','fails','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"name":"fails","nodes":[{"after":[],"failure":null,"kind":"step","name":"read_sensor","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"d398f3fa7480bbe7bb2529de4fe74d6d9e16264b3603ea29b5232e696dafc5c6","takes_ctx":false,"takes_input":false,"timeout":null,"title":"read-sensor","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"fails","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('c806c1593485bdf26382a8d47714fbf14aeee3f4f08e7ef0f5dce8d3565f36ef','flaky','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"name":"flaky","nodes":[{"after":[],"ask":"Pay {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","name":"first","needs":[],"on_expiry":null,"one_time_code":false,"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"first","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"pay","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"b2ab1295eba0ffda011045d0c15a44ff919c909dbe33ab633fe761be876d7ac1","takes_ctx":true,"takes_input":true,"timeout":null,"title":"pay","when":{"kind":"outcome","outcome":"approved","step":"first"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"flaky","triggers":[]}',1767603600000000);
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
	created INTEGER NOT NULL, 
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
, n INTEGER, hash VARCHAR);
INSERT INTO "event" VALUES(1,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0xp1k4','ship',NULL,NULL,'1f6cb611efed7677f106731ad2723e86','{"input":{"item":"valve","amount":12345.67},"trigger":"manual"}',1,'9eb07cbff85f353609d8231b51d85539aefef881a5735bd4c3019c8661631d69');
INSERT INTO "event" VALUES(2,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0xp1k4','ship',NULL,NULL,'1f6cb611efed7677f106731ad2723e86','{}',2,'4da2d9d96185fdfdb1e54ecab5976c9fe725bb1f7164adf87eb6830697a6ff93');
INSERT INTO "event" VALUES(3,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0xp1k4','ship','plan',NULL,'1f6cb611efed7677f106731ad2723e86','{"attempt":1,"title":"plan"}',3,'fd88a2b6b706b1e75e2627f4c9eb699b82919aef873825a7c06c7ca14a54b113');
INSERT INTO "event" VALUES(4,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0xp1k4','ship','plan',NULL,'1f6cb611efed7677f106731ad2723e86','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'09488dca5fbaa96388e6ea8f3f86396c237a1579e00fc7cc9a5df826d45ec054');
INSERT INTO "event" VALUES(5,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0xp1k4','ship','go_live','ship-1ke6p4ym0xp1k4.go_live','1f6cb611efed7677f106731ad2723e86','{"kind":"approval"}',5,'e820f4e7d77d87271216c6c151f269c8c2f8f9e02f03dacb529b1d243b71bb8e');
INSERT INTO "event" VALUES(6,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0xp1k4','ship',NULL,NULL,'1f6cb611efed7677f106731ad2723e86','{"reason":"waits for people at go-live"}',6,'5882d8f4a026dfb86cae8e7ba07e5d757c33667a757ee77d130b9d24d308a8f6');
INSERT INTO "event" VALUES(7,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0e0n98','ship',NULL,NULL,'6bc5fe1b2aaa0b9568fc887af5cd3d24','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'3b428d3fba5a06cf7db6990be1c221951307893ceabf7a7eecbedbf3a41f4e55');
INSERT INTO "event" VALUES(8,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0e0n98','ship',NULL,NULL,'6bc5fe1b2aaa0b9568fc887af5cd3d24','{}',2,'6ee5428d5fe01c930204c1334be0556c2755ea9924d10b7fb2419408e3272026');
INSERT INTO "event" VALUES(9,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0e0n98','ship','plan',NULL,'6bc5fe1b2aaa0b9568fc887af5cd3d24','{"attempt":1,"title":"plan"}',3,'f19b593f3524e472532472a00860cea7d9c466eb45cfbf77443e7a0232c8b970');
INSERT INTO "event" VALUES(10,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0e0n98','ship','plan',NULL,'6bc5fe1b2aaa0b9568fc887af5cd3d24','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'f98e9a4625d6795bf11f7b04932a7320e27968d5e33da380ce296ec2e64aea24');
INSERT INTO "event" VALUES(11,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0e0n98','ship','go_live','ship-1ke6p4ym0e0n98.go_live','6bc5fe1b2aaa0b9568fc887af5cd3d24','{"kind":"approval"}',5,'650cb9e953665177748f14a90cb8ddcde89e438ac46f71077d495701ea01cf15');
INSERT INTO "event" VALUES(12,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0e0n98','ship',NULL,NULL,'6bc5fe1b2aaa0b9568fc887af5cd3d24','{"reason":"waits for people at go-live"}',6,'bd31578fe53a9087566d816f0943923fcc4a36ca9d72db81c7e48f0f5903901a');
INSERT INTO "event" VALUES(13,'request.decision',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0e0n98','ship','go_live','ship-1ke6p4ym0e0n98.go_live','6bc5fe1b2aaa0b9568fc887af5cd3d24','{"digest":"16d35ca2127bf8957118557c14c25cb3ef736b71d0c5231ec086f69a8c9d35c0","kind":"approval","choice":"approve","comment":"","changes":{"replicas":[5,7],"note":["more pumps","n"]}}',7,'7f4075082e5c44c76d794d593de3ed5e22fd7abf0cefd84c18c9d3ba5abd2261');
INSERT INTO "event" VALUES(14,'request.decided',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0e0n98','ship','go_live','ship-1ke6p4ym0e0n98.go_live','6bc5fe1b2aaa0b9568fc887af5cd3d24','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',8,'16d143b2c2d947d0a75aa91fcae7e42df6cd54f42cc5f0b95ba3142765290488');
INSERT INTO "event" VALUES(15,'step.started',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0e0n98','ship','release',NULL,'6bc5fe1b2aaa0b9568fc887af5cd3d24','{"attempt":1,"title":"release"}',9,'a3b752d2945c87fa3f562df1da10c7ce5c941de3f72e92d5f5dffedf21a6bf25');
INSERT INTO "event" VALUES(16,'run.resumed',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0e0n98','ship',NULL,NULL,'6bc5fe1b2aaa0b9568fc887af5cd3d24','{}',10,'30da7bb64db6e65ee37fe5124597f798a6d453053e7058336ffc2eb8c62ab0c4');
INSERT INTO "event" VALUES(17,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0e0n98','ship','release',NULL,'6bc5fe1b2aaa0b9568fc887af5cd3d24','{"attempt":1,"title":"release","seconds":0.0,"log":[]}',11,'e8f966cf6c0e10167119dca92eda3e16277c79f40a5423c08686918b69645301');
INSERT INTO "event" VALUES(18,'run.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0e0n98','ship',NULL,NULL,'6bc5fe1b2aaa0b9568fc887af5cd3d24','{}',12,'695d638165e148f4b6629d1fe53c27d9ba56f9d03dac476ffab9c4fe0b047203');
INSERT INTO "event" VALUES(19,'run.created',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym03zahv','staged',NULL,NULL,'24f4df5c377fa3a68420ed47b3503f5f','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'60abd3c938eaf95454bdd0ad9e36ead11915353c8ccffa5d0b25c087bde4b62b');
INSERT INTO "event" VALUES(20,'run.started',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym03zahv','staged',NULL,NULL,'24f4df5c377fa3a68420ed47b3503f5f','{}',2,'74b472f7350b0cbb135a7fa2e47efa8bc7595c3d2277afeca56d2eb1c869245c');
INSERT INTO "event" VALUES(21,'request.opened',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym03zahv','staged','both','staged-1ke6p4ym03zahv.both','24f4df5c377fa3a68420ed47b3503f5f','{"kind":"approval"}',3,'1566d2b9e24c9932201a6affbfdaa3f5b0d345ba3d3c7829849b753d49377913');
INSERT INTO "event" VALUES(22,'run.waiting',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym03zahv','staged',NULL,NULL,'24f4df5c377fa3a68420ed47b3503f5f','{"reason":"waits for people at both"}',4,'c7f13a2dc601cf92f6e86c853755870df76a5234dc11580223a49c94b31e5d41');
INSERT INTO "event" VALUES(23,'request.decision',1767603600000000,'slack:U1',NULL,'staged-1ke6p4ym03zahv','staged','both','staged-1ke6p4ym03zahv.both','24f4df5c377fa3a68420ed47b3503f5f','{"digest":"cd9d7f5b6cd1685f35067eecab98c6690211d1e334ddb07f4d5f9e697a7e7a29","kind":"approval","choice":"approve","comment":""}',5,'035738a3449b7d95f938837925767e9d142054d3fc16b3ff80f6df8469e60c0d');
INSERT INTO "event" VALUES(24,'run.created',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0x1pk1','revocable',NULL,NULL,'4a3e36d283d177aaeabfac728b6da767','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'df8e7c48b723870875e48a9fba337a14706d6b89b1033cf9b1f55d1200a3ee11');
INSERT INTO "event" VALUES(25,'run.started',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0x1pk1','revocable',NULL,NULL,'4a3e36d283d177aaeabfac728b6da767','{}',2,'e62056ca933d23026052c240262a7fd82a140169a522ac002923336946a50d23');
INSERT INTO "event" VALUES(26,'request.opened',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0x1pk1','revocable','take_back','revocable-1ke6p4ym0x1pk1.take_back','4a3e36d283d177aaeabfac728b6da767','{"kind":"approval"}',3,'fd9309c05e98985444cf07d19f441acbbcb83b71553d9e47867e699ea6c19a88');
INSERT INTO "event" VALUES(27,'run.waiting',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0x1pk1','revocable',NULL,NULL,'4a3e36d283d177aaeabfac728b6da767','{"reason":"waits for people at take-back"}',4,'c58145fcf8fc8bffc6131b455bfeb0afa2ae41ed5a353408ca9bbb5c93bc80cc');
INSERT INTO "event" VALUES(28,'request.decision',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0x1pk1','revocable','take_back','revocable-1ke6p4ym0x1pk1.take_back','4a3e36d283d177aaeabfac728b6da767','{"digest":"43a26bd0e1a46f416ffe863b47c55b769b3c431be3fd1d784c9b3b8fa0c31a59","kind":"approval","choice":"approve","comment":""}',5,'f23492d35dd84e822b787c6b8df2c522b504b303b96c8f1df536751ab215ea2b');
INSERT INTO "event" VALUES(29,'request.held',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0x1pk1','revocable','take_back','revocable-1ke6p4ym0x1pk1.take_back','4a3e36d283d177aaeabfac728b6da767','{"effective_at":"2026-01-05T10:00:00+00:00"}',6,'48e78ce62d9ec06145a50543acbdd154a63398a8f3e06c5f9c181fe55e382ef5');
INSERT INTO "event" VALUES(30,'run.created',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0gaf3g','fails',NULL,NULL,'2c04d56f539bfd3624d3fc757f18ff95','{"input":null,"trigger":"manual"}',1,'c127b43b344767ff9d2b266c27378b9a92bf2fef716d7ebccf8824a3275ac734');
INSERT INTO "event" VALUES(31,'run.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0gaf3g','fails',NULL,NULL,'2c04d56f539bfd3624d3fc757f18ff95','{}',2,'df59bf2922db79fad7db1fc08197743f648229f54395ba123966f0a3719cd112');
INSERT INTO "event" VALUES(32,'step.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0gaf3g','fails','read_sensor',NULL,'2c04d56f539bfd3624d3fc757f18ff95','{"attempt":1,"title":"read-sensor"}',3,'7485bf19496d20a2f26337561a0a58ecc1f7cf4d2fdd45d6e6011cbeef8c7b90');
INSERT INTO "event" VALUES(33,'step.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0gaf3g','fails','read_sensor',NULL,'2c04d56f539bfd3624d3fc757f18ff95','{"log":[],"attempt":1,"title":"read-sensor","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 77, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'c2f4271beb1b8e607662c001d0f9005e80117135915034cc223f6ca725f99188');
INSERT INTO "event" VALUES(34,'request.opened',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0gaf3g','fails','read_sensor','fails-1ke6p4ym0gaf3g.read_sensor.1','2c04d56f539bfd3624d3fc757f18ff95','{"kind":"failure"}',5,'d1f30164e6b6a17a2e87320b175d882b0533b752eafc27761d0b0070f02597e5');
INSERT INTO "event" VALUES(35,'run.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0gaf3g','fails',NULL,NULL,'2c04d56f539bfd3624d3fc757f18ff95','{"reason":"waits for people at read-sensor"}',6,'669231002bbe546910ccdf0728d0b95417eb7e1cc6c6e914d7276383f78eb25d');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym07ankk','flaky',NULL,NULL,'10f5e1b31a06fe0c48c62dd3a708044a','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'943787a1ee365f6d3084e31e5c942babea1af6ff917a5dc276432f491a8d0b8a');
INSERT INTO "event" VALUES(37,'run.started',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym07ankk','flaky',NULL,NULL,'10f5e1b31a06fe0c48c62dd3a708044a','{}',2,'1c9251448fab474e6c89957951fc90e65d03cfab49db98358ca6976fc6a05020');
INSERT INTO "event" VALUES(38,'request.opened',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym07ankk','flaky','first','flaky-1ke6p4ym07ankk.first','10f5e1b31a06fe0c48c62dd3a708044a','{"kind":"approval"}',3,'4baa0ee53bfc17b8e96243ba0270efaf51540025069c1dd6582a589005412000');
INSERT INTO "event" VALUES(39,'run.waiting',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym07ankk','flaky',NULL,NULL,'10f5e1b31a06fe0c48c62dd3a708044a','{"reason":"waits for people at first"}',4,'1ca1fbf6570de27e1ee3570ddd244e3c2875413855121cd52c095e4f60995b87');
INSERT INTO "event" VALUES(40,'request.decision',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym07ankk','flaky','first','flaky-1ke6p4ym07ankk.first','10f5e1b31a06fe0c48c62dd3a708044a','{"digest":"678d0699cf469a1a9b52312db6b0eff55bf6b8a605d015979502e0e7ac02c26e","kind":"approval","choice":"approve","comment":""}',5,'20f82f88d1b8caa73ef02fde6fb9d1139e6c493f927c8d9c1dc3a0c1bc9184a5');
INSERT INTO "event" VALUES(41,'request.decided',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym07ankk','flaky','first','flaky-1ke6p4ym07ankk.first','10f5e1b31a06fe0c48c62dd3a708044a','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',6,'ea9c29cccd978b7ace0cb68565f5227fdbce2739551036fcff89bf91088ba9f6');
INSERT INTO "event" VALUES(42,'step.started',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym07ankk','flaky','pay',NULL,'10f5e1b31a06fe0c48c62dd3a708044a','{"attempt":1,"title":"pay"}',7,'338dd8c16e3b8490d81f7d2b649167a9de83030dafc1f906e9933bcdc279737b');
INSERT INTO "event" VALUES(43,'run.resumed',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym07ankk','flaky',NULL,NULL,'10f5e1b31a06fe0c48c62dd3a708044a','{}',8,'05d623d2b3a99b4f695dfb409f1d600a8f8b2fa237b5a9d8e6a3c0f4e519bcd2');
INSERT INTO "event" VALUES(44,'step.retrying',1767603600000000,'engine:engine',NULL,'flaky-1ke6p4ym07ankk','flaky','pay',NULL,'10f5e1b31a06fe0c48c62dd3a708044a','{"attempt":1,"title":"pay","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 87, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:00:55.790325+00:00","log":[]}',9,'aff43420debf4f7bb1de4433985b8967b344823138b44d014a611366fb8d886f');
CREATE TABLE installation (
	name VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
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
INSERT INTO "request" VALUES('ship-1ke6p4ym0xp1k4.go_live','approval','ship-1ke6p4ym0xp1k4','ship','go_live','open',1,'Ship valve for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":5,"note":"more valves"},"proposed":{"replicas":5,"note":"more valves"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"cf0a3713e96d62efac8b004550f5047841207cf16fc4c85b2ce3757a61ca2d0a","input":"2248960b41aad962e66cea66fb923a047b455d68b59d283f164d68572862a117","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more valves","value"],["Plan",{"before":{"item":"valve","amount":12345.67},"after":{"replicas":5,"note":"more valves"}},"diff"]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('ship-1ke6p4ym0e0n98.go_live','approval','ship-1ke6p4ym0e0n98','ship','go_live','decided',3,'Ship pump for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":7,"note":"n"},"proposed":{"replicas":5,"note":"more pumps"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"cf0a3713e96d62efac8b004550f5047841207cf16fc4c85b2ce3757a61ca2d0a","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"16d35ca2127bf8957118557c14c25cb3ef736b71d0c5231ec086f69a8c9d35c0","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more pumps","value"],["Plan",{"before":{"item":"pump","amount":12345.67},"after":{"replicas":5,"note":"more pumps"}},"diff"]]',NULL,1767618000000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('staged-1ke6p4ym03zahv.both','approval','staged-1ke6p4ym03zahv','staged','both','open',2,'Buy pump?','{"choices":["approve","reject"],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"needs":2,"former":[]}]},{"name":"second","quorums":[{"approvers":["U9"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"e8c1101a01cc2af53f87cc95f7b083f456d41ea5022c256d67be6b04b1004477","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('revocable-1ke6p4ym0x1pk1.take_back','approval','revocable-1ke6p4ym0x1pk1','revocable','take_back','held',3,'Delete pump?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":3600.0,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"287b096446e804f5d8f087e61de34077031a686f81f985c0cd11b9e9d48aab1b","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}},"digest":"43a26bd0e1a46f416ffe863b47c55b769b3c431be3fd1d784c9b3b8fa0c31a59","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767607200000000,NULL,0);
INSERT INTO "request" VALUES('fails-1ke6p4ym0gaf3g.read_sensor.1','failure','fails-1ke6p4ym0gaf3g','fails','read_sensor','open',1,'fails failed at read-sensor','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 77, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('flaky-1ke6p4ym07ankk.first','approval','flaky-1ke6p4ym07ankk','flaky','first','decided',3,'Pay 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"c806c1593485bdf26382a8d47714fbf14aeee3f4f08e7ef0f5dce8d3565f36ef","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}},"digest":"678d0699cf469a1a9b52312db6b0eff55bf6b8a605d015979502e0e7ac02c26e","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
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
	reason VARCHAR NOT NULL, head VARCHAR DEFAULT '' NOT NULL, events INTEGER DEFAULT '0' NOT NULL, tail VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "run" VALUES('ship-1ke6p4ym0xp1k4','ship','cf0a3713e96d62efac8b004550f5047841207cf16fc4c85b2ce3757a61ca2d0a','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','waiting',2,'{"item":"valve","amount":12345.67}','slack:U4',NULL,'manual',NULL,'1f6cb611efed7677f106731ad2723e86',1767603600000000,1767603600000000,NULL,'waits for people at go-live','5882d8f4a026dfb86cae8e7ba07e5d757c33667a757ee77d130b9d24d308a8f6',6,'p1k4');
INSERT INTO "run" VALUES('ship-1ke6p4ym0e0n98','ship','cf0a3713e96d62efac8b004550f5047841207cf16fc4c85b2ce3757a61ca2d0a','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','succeeded',4,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'6bc5fe1b2aaa0b9568fc887af5cd3d24',1767603600000000,1767603600000000,1767603600000000,'','695d638165e148f4b6629d1fe53c27d9ba56f9d03dac476ffab9c4fe0b047203',12,'0n98');
INSERT INTO "run" VALUES('staged-1ke6p4ym03zahv','staged','e8c1101a01cc2af53f87cc95f7b083f456d41ea5022c256d67be6b04b1004477','c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'24f4df5c377fa3a68420ed47b3503f5f',1767603600000000,1767603600000000,NULL,'waits for people at both','035738a3449b7d95f938837925767e9d142054d3fc16b3ff80f6df8469e60c0d',5,'zahv');
INSERT INTO "run" VALUES('revocable-1ke6p4ym0x1pk1','revocable','287b096446e804f5d8f087e61de34077031a686f81f985c0cd11b9e9d48aab1b','bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'4a3e36d283d177aaeabfac728b6da767',1767603600000000,1767603600000000,NULL,'waits for people at take-back','48e78ce62d9ec06145a50543acbdd154a63398a8f3e06c5f9c181fe55e382ef5',6,'1pk1');
INSERT INTO "run" VALUES('fails-1ke6p4ym0gaf3g','fails','ad6309a917cb571d2c5313c7a843ba98453657c2dc099d85a4e3add8afa919e5','580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','waiting',2,'null','slack:U4',NULL,'manual',NULL,'2c04d56f539bfd3624d3fc757f18ff95',1767603600000000,1767603600000000,NULL,'waits for people at read-sensor','669231002bbe546910ccdf0728d0b95417eb7e1cc6c6e914d7276383f78eb25d',6,'af3g');
INSERT INTO "run" VALUES('flaky-1ke6p4ym07ankk','flaky','c806c1593485bdf26382a8d47714fbf14aeee3f4f08e7ef0f5dce8d3565f36ef','0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','running',3,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'10f5e1b31a06fe0c48c62dd3a708044a',1767603600000000,1767603600000000,NULL,'','aff43420debf4f7bb1de4433985b8967b344823138b44d014a611366fb8d886f',9,'ankk');
CREATE TABLE schedule (
	workflow VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	next_fire_at BIGINT, 
	last_fire_at BIGINT, 
	PRIMARY KEY (workflow, "key")
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
	code_digest VARCHAR NOT NULL, 
	PRIMARY KEY (run_id, step)
)
 WITHOUT ROWID

;
INSERT INTO "step_run" VALUES('fails-1ke6p4ym0gaf3g','read_sensor','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 77, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5');
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym07ankk','first','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym07ankk','pay','retrying',1,1,0,1,1767603600000000,1767603600000000,1767603655790325,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 87, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd');
INSERT INTO "step_run" VALUES('revocable-1ke6p4ym0x1pk1','take_back','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0e0n98','go_live','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00","value":{"replicas":7,"note":"n"}}',NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0e0n98','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more pumps"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b');
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0e0n98','release','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'"7 replicas"',NULL,'',NULL,'991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6');
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0xp1k4','go_live','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0xp1k4','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more valves"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b');
INSERT INTO "step_run" VALUES('staged-1ke6p4ym03zahv','both','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
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
CREATE TABLE wait (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	step VARCHAR NOT NULL, 
	request_id VARCHAR, 
	due_at BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "wait" VALUES('expire:ship-1ke6p4ym0xp1k4.go_live','expire','ship-1ke6p4ym0xp1k4','go_live','ship-1ke6p4ym0xp1k4.go_live',1767618000000000);
INSERT INTO "wait" VALUES('expire:staged-1ke6p4ym03zahv.both','expire','staged-1ke6p4ym03zahv','both','staged-1ke6p4ym03zahv.both',1767776400000000);
INSERT INTO "wait" VALUES('effect:revocable-1ke6p4ym0x1pk1.take_back','effect','revocable-1ke6p4ym0x1pk1','take_back','revocable-1ke6p4ym0x1pk1.take_back',1767607200000000);
INSERT INTO "wait" VALUES('expire:fails-1ke6p4ym0gaf3g.read_sensor.1','expire','fails-1ke6p4ym0gaf3g','read_sensor','fails-1ke6p4ym0gaf3g.read_sensor.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:fails-1ke6p4ym0gaf3g.read_sensor.1','remind','fails-1ke6p4ym0gaf3g','read_sensor','fails-1ke6p4ym0gaf3g.read_sensor.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:flaky-1ke6p4ym07ankk:pay','retry','flaky-1ke6p4ym07ankk','pay',NULL,1767603655790325);
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',44);
COMMIT;
