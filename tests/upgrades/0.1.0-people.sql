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
INSERT INTO "decision" VALUES('ship-1ke6p4ym0x4yd2.go_live:1','ship-1ke6p4ym0x4yd2.go_live','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]','{"replicas":7,"note":"n"}','18b36583bdc5ba5bd641b522663129e6e3df201695fbece9a9d6f6f6762da0fd','');
INSERT INTO "decision" VALUES('staged-1ke6p4ym0g252a.both:1','staged-1ke6p4ym0g252a.both','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'69626ed2527f53b7ae529376585567cfb282f4ad88f4b954b908bd9c1a2f1587','');
INSERT INTO "decision" VALUES('revocable-1ke6p4ym0mbpmr.take_back:1','revocable-1ke6p4ym0mbpmr.take_back','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'93523f9172b279108bad40927688c4cd78bf4aa90ab4be1b43ee1251432c2124','');
INSERT INTO "decision" VALUES('flaky-1ke6p4ym0schpb.first:1','flaky-1ke6p4ym0schpb.first','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'897114c99945f63203c0987d13ea007d5f9214d6e547ead1325a4921494f8a4c','');
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
INSERT INTO "event" VALUES(1,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym02f4yc','ship',NULL,NULL,'47acc057f82bab624277d81626a3261d','{"input":{"item":"valve","amount":12345.67},"trigger":"manual"}',1,'1eaf8d8fb3c29ddd45374c0f6b30503eaad6d986a3246f02f2cf3640db3b22d2');
INSERT INTO "event" VALUES(2,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym02f4yc','ship',NULL,NULL,'47acc057f82bab624277d81626a3261d','{}',2,'f736724440bb51ef5bf84206d0713d66864f12b592795dc42d44246a39f53de9');
INSERT INTO "event" VALUES(3,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym02f4yc','ship','plan',NULL,'47acc057f82bab624277d81626a3261d','{"attempt":1,"title":"plan"}',3,'47862fc9038d8ac6bdd5f0a6efbf1b3f3b53bcf330b6e7ce4f4af8d015db30c7');
INSERT INTO "event" VALUES(4,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym02f4yc','ship','plan',NULL,'47acc057f82bab624277d81626a3261d','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'4aa85f4af96056830c0bd81d6a6c54dc165e12d9cc964b8967ae70fcd95a2fa5');
INSERT INTO "event" VALUES(5,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym02f4yc','ship','go_live','ship-1ke6p4ym02f4yc.go_live','47acc057f82bab624277d81626a3261d','{"kind":"approval"}',5,'bffac3be92e003b26ec8965188176cb5d65469c6b62aa0762f3615c8b5c55423');
INSERT INTO "event" VALUES(6,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym02f4yc','ship',NULL,NULL,'47acc057f82bab624277d81626a3261d','{"reason":"waits for people at go-live"}',6,'f4e69b80f97894cefbe1c13484e7cca49b426e5d836d11833262ad020e1228bc');
INSERT INTO "event" VALUES(7,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0x4yd2','ship',NULL,NULL,'45c88e086adf8d69627cca911ad9dba1','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'462e6e779e267a7dcd06cb54e556b8454e66e4cea94b925388b5bb9395ce449c');
INSERT INTO "event" VALUES(8,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0x4yd2','ship',NULL,NULL,'45c88e086adf8d69627cca911ad9dba1','{}',2,'4fd3041f4d699ae3e9d39958afd4e357708b773084b7ab1fd275946bb586ce73');
INSERT INTO "event" VALUES(9,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0x4yd2','ship','plan',NULL,'45c88e086adf8d69627cca911ad9dba1','{"attempt":1,"title":"plan"}',3,'4ae1f5b7c96ea0c397be663b1c20a37f90b43f2249464c4cebcf75cdf021d10f');
INSERT INTO "event" VALUES(10,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0x4yd2','ship','plan',NULL,'45c88e086adf8d69627cca911ad9dba1','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'8954dd5aaf60873adb81480f25ef5f46031eb0df99ca39c871800fd4762b0034');
INSERT INTO "event" VALUES(11,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0x4yd2','ship','go_live','ship-1ke6p4ym0x4yd2.go_live','45c88e086adf8d69627cca911ad9dba1','{"kind":"approval"}',5,'e438604cb05bb380cb17147a5bfa8b96578ed6e7e6c8b7f752a29571f5b2fba2');
INSERT INTO "event" VALUES(12,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0x4yd2','ship',NULL,NULL,'45c88e086adf8d69627cca911ad9dba1','{"reason":"waits for people at go-live"}',6,'478216a5a9818afc18edeb986151adead91d613c405889383ca6ec29a31a1981');
INSERT INTO "event" VALUES(13,'request.decision',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0x4yd2','ship','go_live','ship-1ke6p4ym0x4yd2.go_live','45c88e086adf8d69627cca911ad9dba1','{"digest":"18b36583bdc5ba5bd641b522663129e6e3df201695fbece9a9d6f6f6762da0fd","kind":"approval","choice":"approve","comment":"","changes":{"replicas":[5,7],"note":["more pumps","n"]}}',7,'b107a5c93ab90c7b8afa1db354eb395a75d21570de867b24cea0fc9e03eeaa4f');
INSERT INTO "event" VALUES(14,'request.decided',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0x4yd2','ship','go_live','ship-1ke6p4ym0x4yd2.go_live','45c88e086adf8d69627cca911ad9dba1','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',8,'7fcb61d30bb9474aa7c3b5c8ffd8e72417e7511274732bca28b0f9f97837f695');
INSERT INTO "event" VALUES(15,'step.started',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0x4yd2','ship','release',NULL,'45c88e086adf8d69627cca911ad9dba1','{"attempt":1,"title":"release"}',9,'d7435d9307c7c45fc4db3b9b4a919d980e2962898ee9da5b92b2ed645c49326a');
INSERT INTO "event" VALUES(16,'run.resumed',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0x4yd2','ship',NULL,NULL,'45c88e086adf8d69627cca911ad9dba1','{}',10,'46e8728f513f6739f27b72971a6d3abc38f54f76cc19c2fb4555709f85acb17f');
INSERT INTO "event" VALUES(17,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0x4yd2','ship','release',NULL,'45c88e086adf8d69627cca911ad9dba1','{"attempt":1,"title":"release","seconds":0.0,"log":[]}',11,'e4da23153877330432baa5c3b8e41d269d8dbf43a34898e671867523be0cfdde');
INSERT INTO "event" VALUES(18,'run.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0x4yd2','ship',NULL,NULL,'45c88e086adf8d69627cca911ad9dba1','{}',12,'a1bfd57e65be2b94d9e568257252dbb9b38c4b6033358415df644dd9c0d94c0c');
INSERT INTO "event" VALUES(19,'run.created',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0g252a','staged',NULL,NULL,'593fa8eabb9b65cb4836d951ea1310b0','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'814339cd441721d92d319a14b916cc7759fa1dc79ea8aba6eb32291f789c6b1c');
INSERT INTO "event" VALUES(20,'run.started',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0g252a','staged',NULL,NULL,'593fa8eabb9b65cb4836d951ea1310b0','{}',2,'07bbb3de36ea6fa5325d0d07e37982f0fe7a96ab9317a04ec43e37f11b2258f7');
INSERT INTO "event" VALUES(21,'request.opened',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0g252a','staged','both','staged-1ke6p4ym0g252a.both','593fa8eabb9b65cb4836d951ea1310b0','{"kind":"approval"}',3,'7d839862caa6d07bdc984449daa76f68531f98569a701854fc148da573081793');
INSERT INTO "event" VALUES(22,'run.waiting',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0g252a','staged',NULL,NULL,'593fa8eabb9b65cb4836d951ea1310b0','{"reason":"waits for people at both"}',4,'86efb645abe75870e1790393614cf2276231d925f5cd44dd44a9f1ffea7dbfb0');
INSERT INTO "event" VALUES(23,'request.decision',1767603600000000,'slack:U1',NULL,'staged-1ke6p4ym0g252a','staged','both','staged-1ke6p4ym0g252a.both','593fa8eabb9b65cb4836d951ea1310b0','{"digest":"69626ed2527f53b7ae529376585567cfb282f4ad88f4b954b908bd9c1a2f1587","kind":"approval","choice":"approve","comment":""}',5,'edac7529e7d3f0e7584e4dbb6de01ff1a1b0c3826ca6627859f35a3cd1611dbc');
INSERT INTO "event" VALUES(24,'run.created',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0mbpmr','revocable',NULL,NULL,'bab42d92f1064e10daec9c6289c6a0d8','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'214309c8e4e8bdf252bcd41d60ec7a6d402305641ea26fa494811671cd7fef4e');
INSERT INTO "event" VALUES(25,'run.started',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0mbpmr','revocable',NULL,NULL,'bab42d92f1064e10daec9c6289c6a0d8','{}',2,'ffe95797ab7a8d6c460fb40b89cddad2e67d0bac44d17b1a14c22c8dad359d6b');
INSERT INTO "event" VALUES(26,'request.opened',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0mbpmr','revocable','take_back','revocable-1ke6p4ym0mbpmr.take_back','bab42d92f1064e10daec9c6289c6a0d8','{"kind":"approval"}',3,'c20b079fee13024ded4f9a2a33d81d4535a6c8e33dbcffa9c2d7c8e84a23a8a8');
INSERT INTO "event" VALUES(27,'run.waiting',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0mbpmr','revocable',NULL,NULL,'bab42d92f1064e10daec9c6289c6a0d8','{"reason":"waits for people at take-back"}',4,'54d83fa2de0975eaa7f27f3982e73e7c712c6f9652ad2c9b38480772e24d4772');
INSERT INTO "event" VALUES(28,'request.decision',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0mbpmr','revocable','take_back','revocable-1ke6p4ym0mbpmr.take_back','bab42d92f1064e10daec9c6289c6a0d8','{"digest":"93523f9172b279108bad40927688c4cd78bf4aa90ab4be1b43ee1251432c2124","kind":"approval","choice":"approve","comment":""}',5,'67f244743acebe03b0d5f6859d98fb202f33d037331ff8445f3da6ad534d659b');
INSERT INTO "event" VALUES(29,'request.held',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0mbpmr','revocable','take_back','revocable-1ke6p4ym0mbpmr.take_back','bab42d92f1064e10daec9c6289c6a0d8','{"effective_at":"2026-01-05T10:00:00+00:00"}',6,'4fe79728dcb8eea7a1a265da48704d2e2839551e613bc677cc41d83303cf5a33');
INSERT INTO "event" VALUES(30,'run.created',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym091c5d','fails',NULL,NULL,'75eff29b592b019a6b5494bdf6234c6a','{"input":null,"trigger":"manual"}',1,'03ac622fd22b9c784b3e801811e179761f878cd5b7c2cfd613e63212ec72a0d6');
INSERT INTO "event" VALUES(31,'run.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym091c5d','fails',NULL,NULL,'75eff29b592b019a6b5494bdf6234c6a','{}',2,'5f4b400b0a742be3f6d4d06b3476b17a6e400ae88b892c5d638dce08fa4f81de');
INSERT INTO "event" VALUES(32,'step.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym091c5d','fails','read_sensor',NULL,'75eff29b592b019a6b5494bdf6234c6a','{"attempt":1,"title":"read-sensor"}',3,'219caa21582a8696f2860b06d750284a576dad08adb9a24971db04705ae2f82a');
INSERT INTO "event" VALUES(33,'step.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym091c5d','fails','read_sensor',NULL,'75eff29b592b019a6b5494bdf6234c6a','{"log":[],"attempt":1,"title":"read-sensor","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/srv/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/srv/signoff/tests/upgrades/pending.py\", line 77, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'0add105e261b18d53cbf90980b002f9798778b8aa157007772b9857aa6ef831b');
INSERT INTO "event" VALUES(34,'request.opened',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym091c5d','fails','read_sensor','fails-1ke6p4ym091c5d.read_sensor.1','75eff29b592b019a6b5494bdf6234c6a','{"kind":"failure"}',5,'8e8f79dea317f1a57c3af7134a45c5885ee7e3ac1d2ac5f98c4b4d2e555b6167');
INSERT INTO "event" VALUES(35,'run.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym091c5d','fails',NULL,NULL,'75eff29b592b019a6b5494bdf6234c6a','{"reason":"waits for people at read-sensor"}',6,'97814cbac46f090fbf2856492e8080557da2fbfb079a01c814c8fb1b4b6dff90');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0schpb','flaky',NULL,NULL,'871bdc5f3ea2b1818134e0fb0a82e000','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'ed28ebf495eaff7086ce4892894b3a59c7b2b7fdbf613eeda0e901f822d63c8f');
INSERT INTO "event" VALUES(37,'run.started',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0schpb','flaky',NULL,NULL,'871bdc5f3ea2b1818134e0fb0a82e000','{}',2,'b51c558ffc2e9d8451db329339b8d43c16899bdfac80f43ea9b8437b88beba96');
INSERT INTO "event" VALUES(38,'request.opened',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0schpb','flaky','first','flaky-1ke6p4ym0schpb.first','871bdc5f3ea2b1818134e0fb0a82e000','{"kind":"approval"}',3,'40a3116f4cd1acceec4174fdbef4447998071eb76af5aa0f3b4d96d657d045d1');
INSERT INTO "event" VALUES(39,'run.waiting',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0schpb','flaky',NULL,NULL,'871bdc5f3ea2b1818134e0fb0a82e000','{"reason":"waits for people at first"}',4,'8fe103047a020d9d7e5e8c3d6c7f832168a7c764ff2ae9601987afe2bcf0e303');
INSERT INTO "event" VALUES(40,'request.decision',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0schpb','flaky','first','flaky-1ke6p4ym0schpb.first','871bdc5f3ea2b1818134e0fb0a82e000','{"digest":"897114c99945f63203c0987d13ea007d5f9214d6e547ead1325a4921494f8a4c","kind":"approval","choice":"approve","comment":""}',5,'6e29553914254d8b57bf87ca7756083b8c2661f3a9805c912dd2a2bb18ba172a');
INSERT INTO "event" VALUES(41,'request.decided',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0schpb','flaky','first','flaky-1ke6p4ym0schpb.first','871bdc5f3ea2b1818134e0fb0a82e000','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',6,'49e8c8e1119903e671bc0d874b56e911e1d79ddad0d994424c3defdad0480ca9');
INSERT INTO "event" VALUES(42,'step.started',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0schpb','flaky','pay',NULL,'871bdc5f3ea2b1818134e0fb0a82e000','{"attempt":1,"title":"pay"}',7,'b57a516b2a7a2bf26f3f71b29ed4ee81251620a61cc277aff234fc13dd1b8b60');
INSERT INTO "event" VALUES(43,'run.resumed',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0schpb','flaky',NULL,NULL,'871bdc5f3ea2b1818134e0fb0a82e000','{}',8,'f94be9b2d87dfa40cd64839f5a4e5a1a8353370ad146afe9f471c8ab1fd81b56');
INSERT INTO "event" VALUES(44,'step.retrying',1767603600000000,'engine:engine',NULL,'flaky-1ke6p4ym0schpb','flaky','pay',NULL,'871bdc5f3ea2b1818134e0fb0a82e000','{"attempt":1,"title":"pay","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/srv/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/srv/signoff/tests/upgrades/pending.py\", line 87, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:00:49.386769+00:00","log":[]}',9,'d3e682bbd3deea5806420ead29d4f5f9143baa2f16d7ad212fde11b3c38b57d8');
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
INSERT INTO "request" VALUES('ship-1ke6p4ym02f4yc.go_live','approval','ship-1ke6p4ym02f4yc','ship','go_live','open',1,'Ship valve for 12345.7?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":5,"note":"more valves"},"proposed":{"replicas":5,"note":"more valves"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"cf0a3713e96d62efac8b004550f5047841207cf16fc4c85b2ce3757a61ca2d0a","input":"2248960b41aad962e66cea66fb923a047b455d68b59d283f164d68572862a117","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more valves","value"],["Plan",{"before":{"item":"valve","amount":12345.67},"after":{"replicas":5,"note":"more valves"}},"diff"]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('ship-1ke6p4ym0x4yd2.go_live','approval','ship-1ke6p4ym0x4yd2','ship','go_live','decided',3,'Ship pump for 12345.7?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":7,"note":"n"},"proposed":{"replicas":5,"note":"more pumps"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"cf0a3713e96d62efac8b004550f5047841207cf16fc4c85b2ce3757a61ca2d0a","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"18b36583bdc5ba5bd641b522663129e6e3df201695fbece9a9d6f6f6762da0fd","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more pumps","value"],["Plan",{"before":{"item":"pump","amount":12345.67},"after":{"replicas":5,"note":"more pumps"}},"diff"]]',NULL,1767618000000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('staged-1ke6p4ym0g252a.both','approval','staged-1ke6p4ym0g252a','staged','both','open',2,'Buy pump?','{"choices":["approve","reject"],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"needs":2,"former":[]}]},{"name":"second","quorums":[{"approvers":["U9"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"e8c1101a01cc2af53f87cc95f7b083f456d41ea5022c256d67be6b04b1004477","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}},"digest":"","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('revocable-1ke6p4ym0mbpmr.take_back','approval','revocable-1ke6p4ym0mbpmr','revocable','take_back','held',3,'Delete pump?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":3600.0,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"287b096446e804f5d8f087e61de34077031a686f81f985c0cd11b9e9d48aab1b","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}},"digest":"93523f9172b279108bad40927688c4cd78bf4aa90ab4be1b43ee1251432c2124","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767607200000000,NULL,0);
INSERT INTO "request" VALUES('fails-1ke6p4ym091c5d.read_sensor.1','failure','fails-1ke6p4ym091c5d','fails','read_sensor','open',1,'fails failed at read-sensor','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/srv/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/srv/signoff/tests/upgrades/pending.py\", line 77, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('flaky-1ke6p4ym0schpb.first','approval','flaky-1ke6p4ym0schpb','flaky','first','decided',3,'Pay 12345.7?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"c806c1593485bdf26382a8d47714fbf14aeee3f4f08e7ef0f5dce8d3565f36ef","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}},"digest":"897114c99945f63203c0987d13ea007d5f9214d6e547ead1325a4921494f8a4c","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
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
INSERT INTO "run" VALUES('ship-1ke6p4ym02f4yc','ship','cf0a3713e96d62efac8b004550f5047841207cf16fc4c85b2ce3757a61ca2d0a','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','waiting',2,'{"item":"valve","amount":12345.67}','slack:U4',NULL,'manual',NULL,'47acc057f82bab624277d81626a3261d',1767603600000000,1767603600000000,NULL,'waits for people at go-live','f4e69b80f97894cefbe1c13484e7cca49b426e5d836d11833262ad020e1228bc',6,'f4yc');
INSERT INTO "run" VALUES('ship-1ke6p4ym0x4yd2','ship','cf0a3713e96d62efac8b004550f5047841207cf16fc4c85b2ce3757a61ca2d0a','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','succeeded',4,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'45c88e086adf8d69627cca911ad9dba1',1767603600000000,1767603600000000,1767603600000000,'','a1bfd57e65be2b94d9e568257252dbb9b38c4b6033358415df644dd9c0d94c0c',12,'4yd2');
INSERT INTO "run" VALUES('staged-1ke6p4ym0g252a','staged','e8c1101a01cc2af53f87cc95f7b083f456d41ea5022c256d67be6b04b1004477','c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'593fa8eabb9b65cb4836d951ea1310b0',1767603600000000,1767603600000000,NULL,'waits for people at both','edac7529e7d3f0e7584e4dbb6de01ff1a1b0c3826ca6627859f35a3cd1611dbc',5,'252a');
INSERT INTO "run" VALUES('revocable-1ke6p4ym0mbpmr','revocable','287b096446e804f5d8f087e61de34077031a686f81f985c0cd11b9e9d48aab1b','bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'bab42d92f1064e10daec9c6289c6a0d8',1767603600000000,1767603600000000,NULL,'waits for people at take-back','4fe79728dcb8eea7a1a265da48704d2e2839551e613bc677cc41d83303cf5a33',6,'bpmr');
INSERT INTO "run" VALUES('fails-1ke6p4ym091c5d','fails','ad6309a917cb571d2c5313c7a843ba98453657c2dc099d85a4e3add8afa919e5','580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','waiting',2,'null','slack:U4',NULL,'manual',NULL,'75eff29b592b019a6b5494bdf6234c6a',1767603600000000,1767603600000000,NULL,'waits for people at read-sensor','97814cbac46f090fbf2856492e8080557da2fbfb079a01c814c8fb1b4b6dff90',6,'1c5d');
INSERT INTO "run" VALUES('flaky-1ke6p4ym0schpb','flaky','c806c1593485bdf26382a8d47714fbf14aeee3f4f08e7ef0f5dce8d3565f36ef','0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','running',3,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'871bdc5f3ea2b1818134e0fb0a82e000',1767603600000000,1767603600000000,NULL,'','d3e682bbd3deea5806420ead29d4f5f9143baa2f16d7ad212fde11b3c38b57d8',9,'chpb');
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
INSERT INTO "step_run" VALUES('fails-1ke6p4ym091c5d','read_sensor','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/srv/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/srv/signoff/tests/upgrades/pending.py\", line 77, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5');
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0schpb','first','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0schpb','pay','retrying',1,1,0,1,1767603600000000,1767603600000000,1767603649386769,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/srv/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/srv/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/srv/signoff/tests/upgrades/pending.py\", line 87, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd');
INSERT INTO "step_run" VALUES('revocable-1ke6p4ym0mbpmr','take_back','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('ship-1ke6p4ym02f4yc','go_live','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('ship-1ke6p4ym02f4yc','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more valves"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b');
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0x4yd2','go_live','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00","value":{"replicas":7,"note":"n"}}',NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0x4yd2','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more pumps"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b');
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0x4yd2','release','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'"7 replicas"',NULL,'',NULL,'991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6');
INSERT INTO "step_run" VALUES('staged-1ke6p4ym0g252a','both','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
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
INSERT INTO "wait" VALUES('expire:ship-1ke6p4ym02f4yc.go_live','expire','ship-1ke6p4ym02f4yc','go_live','ship-1ke6p4ym02f4yc.go_live',1767618000000000);
INSERT INTO "wait" VALUES('expire:staged-1ke6p4ym0g252a.both','expire','staged-1ke6p4ym0g252a','both','staged-1ke6p4ym0g252a.both',1767776400000000);
INSERT INTO "wait" VALUES('effect:revocable-1ke6p4ym0mbpmr.take_back','effect','revocable-1ke6p4ym0mbpmr','take_back','revocable-1ke6p4ym0mbpmr.take_back',1767607200000000);
INSERT INTO "wait" VALUES('expire:fails-1ke6p4ym091c5d.read_sensor.1','expire','fails-1ke6p4ym091c5d','read_sensor','fails-1ke6p4ym091c5d.read_sensor.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:fails-1ke6p4ym091c5d.read_sensor.1','remind','fails-1ke6p4ym091c5d','read_sensor','fails-1ke6p4ym091c5d.read_sensor.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:flaky-1ke6p4ym0schpb:pay','retry','flaky-1ke6p4ym0schpb','pay',NULL,1767603649386769);
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
