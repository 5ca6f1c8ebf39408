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
INSERT INTO "code" VALUES('db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','{"look":"703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc","fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}','50a6589021a8bf85b025bb2ffb46829f70670e97');
INSERT INTO "code" VALUES('a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe","keep":"5f6d65de06241cb978ba7bc3fdbb884fc81545349599ec010798ed90d62ea80a"}','b52ecc19d1f4e99f4f5131ba9500931e2852c90e');
INSERT INTO "code" VALUES('5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','{"measure":"badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968","report":"4a7f101cd1f0bb79bfade8ae4fecb4319cdc438007acc69d39507f7ca0077aa1"}','a7d641eeebb0a9a30519651fe33ac0da7ba43dbf');
INSERT INTO "code" VALUES('a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}','828813fdfd7059d5aa2c0320160ef11fd9e61a90');
INSERT INTO "code" VALUES('0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','{"give_up":"c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67"}','e3466f5b2fc5c161ed7a02448f6c21a8cc6e36ef');
INSERT INTO "code" VALUES('09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','{"copy":"8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c"}','39466a54555c4316bd7812e303adf159f2b4f07d');
INSERT INTO "code" VALUES('83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}','7a2d15bbcadaa3b20f8c84f86aff06b57e20ca75');
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
INSERT INTO "decision" VALUES('repeats-1ke6p4ym0ykw9z.may_pay:1','repeats-1ke6p4ym0ykw9z.may_pay','approve','slack:U1',NULL,'go on',1767603600000000,0,'["@release"]',NULL,'15614281e80efb3356fbf987af09bc1a5ea889c7874329e53a2caa378c376caa','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0','replace','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"replace","nodes":[{"after":[],"failure":null,"kind":"step","name":"look","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:6112a07516ab298664305be25091495a9c78ca0df8bf39c21f81bca9cdb0f0a3","takes_ctx":false,"takes_input":true,"timeout":null,"title":"look","when":null},{"after":[],"ask":"Replace {input.item} in {input.region}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_replace","needs":[{"join":"value","parameter":"look","step":"look"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Title","source":"look.title"},{"before":"","kind":"value","label":"On","source":"input.on"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-replace","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"fit","needs":[{"join":"value","parameter":"look","step":"look"},{"join":"value","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:deae1dfd9fc9b911093b80bf88374c7b97c40c4edcdafdd70fb67ae71569a5a9","takes_ctx":false,"takes_input":false,"timeout":null,"title":"fit","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}},{"after":["fit"],"failure":null,"kind":"step","name":"bill","needs":[{"join":"settled","parameter":"fit","step":"fit"},{"join":"optional","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2ddcfc3d3144a591d4dca97c5840ab44622724aa4f970acd70e9dae33bf8b6bc","takes_ctx":false,"takes_input":true,"timeout":null,"title":"bill","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"replace","triggers":[]}',1767603600000000,'9e5bac9626adf367c5d53c37b6f4c905038cbe9c');
INSERT INTO "definition" VALUES('88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998','lapses','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"lapses","nodes":[{"after":[],"ask":"Stop {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":86400.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_lapse","needs":[],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"former":[],"needs":1}]}],"title":"may-lapse","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"stop","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:905a717b28b9b4d0a1d8865e5415f563b635cac7eab32292dbf60f45858dcd3c","takes_ctx":false,"takes_input":true,"timeout":null,"title":"stop","when":{"kind":"outcome","outcome":"approved","step":"may_lapse"}},{"after":[],"failure":null,"kind":"step","name":"keep","needs":[{"join":"value","parameter":"may_lapse","step":"may_lapse"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:9ac2223576747a8085ab3671cba3a0d97e7f447677fe9a6753b0372c0f55a978","takes_ctx":false,"takes_input":false,"timeout":null,"title":"keep","when":{"kind":"outcome","outcome":"rejected","step":"may_lapse"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"lapses","triggers":[]}',1767603600000000,'781b50c04619469fcf3a4320dcc99712bf6c9bec');
INSERT INTO "definition" VALUES('8ae90e5e409115bd7f8bcd189ec1cb2aa2485156f3ea1fb6ca6a91c91a24d42d','breaks','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"breaks","nodes":[{"after":[],"failure":null,"kind":"step","name":"measure","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":true,"takes_input":false,"timeout":null,"title":"measure","when":null},{"after":[],"failure":null,"kind":"step","name":"report","needs":[{"join":"value","parameter":"measure","step":"measure"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:ef977b780c550f15ef7862e0e2b56ad69f5ceafd53f5dd9df696bbbe5dcab4e6","takes_ctx":false,"takes_input":false,"timeout":null,"title":"report","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"breaks","triggers":[]}',1767603600000000,'4b5d95a199a28d6f2903620350df0c02c188c65e');
INSERT INTO "definition" VALUES('d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf','repeats','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"repeats","nodes":[{"after":[],"ask":"Pay for {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_pay","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-pay","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"transfer","needs":[{"join":"value","parameter":"may_pay","step":"may_pay"}],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:13ce7e91f0bd9f373b859736028cab85b3fa74a9b76dd24724e098e25e0193d7","takes_ctx":true,"takes_input":true,"timeout":null,"title":"transfer","when":{"kind":"outcome","outcome":"approved","step":"may_pay"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"repeats","triggers":[]}',1767603600000000,'26b38a6a10489e833438246a5f747118c9890a95');
INSERT INTO "definition" VALUES('5b4fe213c64582cb08a1328ddd4971be355e214a7a364e3c0354cb9767778c98','ends','{"channel":"#deploys","concurrency":null,"failure":{"do":"fail","expires":null,"remind_every":null},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"ends","nodes":[{"after":[],"failure":null,"kind":"step","name":"give_up","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"give-up","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ends","triggers":[]}',1767603600000000,'5016619844c1418a0841cf9c73d58d801156f193');
INSERT INTO "definition" VALUES('45c7eb4161ea6f6714b1a9147270c1f934c5852dd1b58143c4f3acbe6070fb0d','interrupted','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"interrupted","nodes":[{"after":[],"failure":null,"kind":"step","name":"copy","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:e19e9a7f5dfa3454580bd8110e433dea4af61530544e70f70335fdeb612d7ac7","takes_ctx":true,"takes_input":false,"timeout":null,"title":"copy","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"interrupted","triggers":[]}',1767603600000000,'a1114ca867a6976b7c99b615220319f99808c90d');
INSERT INTO "definition" VALUES('ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','lined_up','{"channel":"#deploys","concurrency":1,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"lined_up","nodes":[{"after":[],"ask":"Enter with {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_enter","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-enter","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"enter","needs":[{"join":"value","parameter":"may_enter","step":"may_enter"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:1a5073105b9c45f837ee725529a1efa7cc43881e9c761660c737642f0781b380","takes_ctx":false,"takes_input":true,"timeout":null,"title":"enter","when":{"kind":"outcome","outcome":"approved","step":"may_enter"}}],"overlap":"queue","owner":"@ops","parallel":null,"title":"lined-up","triggers":[]}',1767603600000000,'171c9fdf2265a722ff82d5c9d7a6df874c2301b6');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym040k8f','replace',NULL,NULL,'1a2e97b35660b84b1db65369b10632e2','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:6dea2626927cda4ff45ce396f48c5c5d14f59e30e172b5d4a573528ec15e7a3a',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym040k8f','replace',NULL,NULL,'1a2e97b35660b84b1db65369b10632e2','{}',2,'2:fd6874d7225192e27201b5cadc060d14d34e90a72cafb318c3b8b120988c78d6',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym040k8f','replace','look',NULL,'1a2e97b35660b84b1db65369b10632e2','{"attempt":1,"title":"look"}',3,'2:90e3041ba564e1af5c6c8a0c956e97dfe717f6494301b5b577a6d18cfdd8e57e','{"run":"54556bbce4ddf1992b6a2788356cfd8f1c662bf4","step.look":"7d7e56361e9fdd2fce473159286ffedc0e6953af"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym040k8f','replace','look',NULL,'1a2e97b35660b84b1db65369b10632e2','{"attempt":1,"title":"look","seconds":0.0,"log":[]}',4,'2:077098bc3db5f445388ac51906ec069ed7be0009a1ee66009b2a192f64d9a7d0',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym040k8f','replace','may_replace','replace-1ke6p4ym040k8f.may_replace','1a2e97b35660b84b1db65369b10632e2','{"kind":"approval"}',5,'2:42a04bd1769bc7659c456fa34ac0f0324322417425c6647371ecb2b113535469',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym040k8f','replace',NULL,NULL,'1a2e97b35660b84b1db65369b10632e2','{"reason":"waits for people at may-replace"}',6,'2:4a694eb2c2d7997f3ebb8239f6721a595dfeb89a0906238303e5b38faf665634','{"run":"ef892fd235c8667f004faf32298e9c350cf7e9ab","step.look":"f53f34da85663895b9384b0d243f6b1991deaf5c","step.may_replace":"62ee0f917c70cf7707b2caf2e02026a229067837","request.replace-1ke6p4ym040k8f.may_replace":"903230e8ef0b24ed2c855c3c2147ba8efddfc05e","wait.expire:replace-1ke6p4ym040k8f.may_replace":"b09c8808926a836ef8536769a6460bbaf583ffcc"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0dwg2q','lapses',NULL,NULL,'03ce745480f576a4f8e29cc5395d612b','{"input":{"item":"fan","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'2:a5cd0b8352e499f58663cee816a60f29d57de2b44e931f36cbeb79ce31d7c643',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0dwg2q','lapses',NULL,NULL,'03ce745480f576a4f8e29cc5395d612b','{}',2,'2:1c19f5f2df39f52870d8763a6d3412bef8b4cdd1417fb8c329f26765ad3ac17e',NULL);
INSERT INTO "event" VALUES(10,'request.opened',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0dwg2q','lapses','may_lapse','lapses-1ke6p4ym0dwg2q.may_lapse','03ce745480f576a4f8e29cc5395d612b','{"kind":"approval"}',3,'2:12e43ae55de0e80b5f7e79a65a596d4120da803c4c40a06b435d0b0f3f1cd61e',NULL);
INSERT INTO "event" VALUES(11,'run.waiting',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0dwg2q','lapses',NULL,NULL,'03ce745480f576a4f8e29cc5395d612b','{"reason":"waits for people at may-lapse"}',4,'2:e524d862daad993a6c95d54356126c67c8f7a1b7c5c6f23e7d71cae7b5e8ea6a','{"run":"39842489199737c1700b4c497d4465de24fbdc00","step.may_lapse":"bef614f28e486fbbe794392be0ceccd3f44adf1c","request.lapses-1ke6p4ym0dwg2q.may_lapse":"8354a999e293924f80750962c0838eb12a9b7a59","wait.expire:lapses-1ke6p4ym0dwg2q.may_lapse":"b50f8156c80dd0ea97b0b0f08d20bb1818e0df9a"}');
INSERT INTO "event" VALUES(12,'run.created',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0ybc8e','breaks',NULL,NULL,'5bf5d1069a67609ecfe73efa42bdaca7','{"input":null,"trigger":"manual"}',1,'2:96b153e0c7119a5581dd3045df83fd64f32d06baf499ba9d7ca97a8c94d6f46a',NULL);
INSERT INTO "event" VALUES(13,'run.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0ybc8e','breaks',NULL,NULL,'5bf5d1069a67609ecfe73efa42bdaca7','{}',2,'2:a7ab7f2248554354ba7c3db85f1cc0cf60b796207835eb559b5a3507b26aa453',NULL);
INSERT INTO "event" VALUES(14,'step.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0ybc8e','breaks','measure',NULL,'5bf5d1069a67609ecfe73efa42bdaca7','{"attempt":1,"title":"measure"}',3,'2:d579793cc1ee4f4716751d9fdfb44f30f1e042abbf24a3b1ccbc2c25b9778e27','{"run":"6629fd00ded2fb79658f18c5be2fce22c8ce52b0","step.measure":"28fd86e549bf233cac78759b9455f12b06edc272"}');
INSERT INTO "event" VALUES(15,'step.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0ybc8e','breaks','measure',NULL,'5bf5d1069a67609ecfe73efa42bdaca7','{"log":[],"attempt":1,"title":"measure","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:c46cd72e59621d562bb86fb35a3add5b83f120fe6c733c77a096ec206f865045',NULL);
INSERT INTO "event" VALUES(16,'request.opened',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0ybc8e','breaks','measure','breaks-1ke6p4ym0ybc8e.measure.1','5bf5d1069a67609ecfe73efa42bdaca7','{"kind":"failure"}',5,'2:97f80de55be180ed86e7a3007825ed327404ce66d56467ee50d0acc356ea5a75',NULL);
INSERT INTO "event" VALUES(17,'run.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0ybc8e','breaks',NULL,NULL,'5bf5d1069a67609ecfe73efa42bdaca7','{"reason":"waits for people at measure"}',6,'2:c4192aa36f91fe9d3f32b461472de5c8ca21b4f7a11547e5e98c246f08135763','{"run":"2e1e2b559cd00a43c1614e5eb6524c283ebb10be","step.measure":"295d64a36f66396be181924fb81b2f9acdaedafc","request.breaks-1ke6p4ym0ybc8e.measure.1":"a013b2951fb9da0e736a588cf4b4746c2385cb5e","wait.expire:breaks-1ke6p4ym0ybc8e.measure.1":"c5870ebf362b0046f1811e00c62faf5279630c07","wait.remind:breaks-1ke6p4ym0ybc8e.measure.1":"2f55bb87d115ebbf3cdb4a6da99b2bba19c7351e"}');
INSERT INTO "event" VALUES(18,'run.created',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ykw9z','repeats',NULL,NULL,'047fb3c7df37a05d09e1b4acb84d8899','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:9f86f4050e92e6b665c875fa5eb1cdb5e66c7db361119087d07a0f7acba00cec',NULL);
INSERT INTO "event" VALUES(19,'run.started',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ykw9z','repeats',NULL,NULL,'047fb3c7df37a05d09e1b4acb84d8899','{}',2,'2:1cbccd11efaa306776bb80f8759fc54239021167593b51f2fe31c3d05ad1ade3',NULL);
INSERT INTO "event" VALUES(20,'request.opened',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ykw9z','repeats','may_pay','repeats-1ke6p4ym0ykw9z.may_pay','047fb3c7df37a05d09e1b4acb84d8899','{"kind":"approval"}',3,'2:837ea0507b9eadb969fa329fde042737aeb756701c24d74994013d4498fd4aa7',NULL);
INSERT INTO "event" VALUES(21,'run.waiting',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ykw9z','repeats',NULL,NULL,'047fb3c7df37a05d09e1b4acb84d8899','{"reason":"waits for people at may-pay"}',4,'2:75f8e1169fc592d9527f8052a6271732d6003c30da3902d2d8a4b84ba07cf441','{"run":"fed0e9990607d4300a4585c12e515eb041d35c29","step.may_pay":"b93375d3bab984847ef24c7f1d6c97d94a03b732","request.repeats-1ke6p4ym0ykw9z.may_pay":"310dfffb502d871a6febd9ca7087b48a7f1e766a","wait.expire:repeats-1ke6p4ym0ykw9z.may_pay":"b5d91f300b6758df5c11bfc28f28b6a657b88901"}');
INSERT INTO "event" VALUES(22,'request.decision',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ykw9z','repeats','may_pay','repeats-1ke6p4ym0ykw9z.may_pay','047fb3c7df37a05d09e1b4acb84d8899','{"digest":"15614281e80efb3356fbf987af09bc1a5ea889c7874329e53a2caa378c376caa","kind":"approval","choice":"approve","comment":"go on"}',5,'2:f4d0579b756fedab3046b32093c2168115b4aa20639b682887c9a8eecab69636',NULL);
INSERT INTO "event" VALUES(23,'request.decided',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ykw9z','repeats','may_pay','repeats-1ke6p4ym0ykw9z.may_pay','047fb3c7df37a05d09e1b4acb84d8899','{"outcome":"approved","kind":"approval","choice":"approve","comment":"go on"}',6,'2:325d8b6dd8f9eeefe1224281820294c01ee3146bd7b7d7623db898b9380d0878',NULL);
INSERT INTO "event" VALUES(24,'step.started',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ykw9z','repeats','transfer',NULL,'047fb3c7df37a05d09e1b4acb84d8899','{"attempt":1,"title":"transfer"}',7,'2:32e81d1a25f21ebed1566ecc267da9e3aa30dd6e91df7b9fe6a08211b072b1ee',NULL);
INSERT INTO "event" VALUES(25,'run.resumed',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ykw9z','repeats',NULL,NULL,'047fb3c7df37a05d09e1b4acb84d8899','{}',8,'2:2a139a1ab5a1c529ce42d9340fd0f34740aaf39880ea732fa2ededc1d6c60fa0','{"run":"00fcb7956e313049982638d0e245c3e9c275138d","step.may_pay":"2516119e8b112ce325f441f13cd799ae48dde54d","step.transfer":"34695173adc958c930551521cd2b92c305070836","request.repeats-1ke6p4ym0ykw9z.may_pay":"94a25fc233ac4e24b25dd849019d9181ddf1bfbf","decision.repeats-1ke6p4ym0ykw9z.may_pay:1":"8bb2bfbfee7b15178baadbd77e9fa0f6f5fdfa12","wait.expire:repeats-1ke6p4ym0ykw9z.may_pay":null,"wait.remind:repeats-1ke6p4ym0ykw9z.may_pay":null}');
INSERT INTO "event" VALUES(26,'step.retrying',1767603600000000,'engine:engine',NULL,'repeats-1ke6p4ym0ykw9z','repeats','transfer',NULL,'047fb3c7df37a05d09e1b4acb84d8899','{"attempt":1,"title":"transfer","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:09:13.111343+00:00","log":[]}',9,'2:75ddcd7cf9acd8bb5792d2a95f2fe3a1776c557a877cadaac1084d2abb213285','{"step.transfer":"ccaa2a72200aa48c360dc50b9723ba8eefffad7a","wait.retry:repeats-1ke6p4ym0ykw9z:transfer":"9a91244c3a32ddfec6e92541ad43ca7971205078"}');
INSERT INTO "event" VALUES(27,'run.created',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0rebkj','ends',NULL,NULL,'55ff230830a1e2dac8ce553d2fb22a58','{"input":null,"trigger":"manual"}',1,'2:ce7659a32279a99451a13630326db6a99ae32a4ae8e7ac0005f88fedea0d85e4',NULL);
INSERT INTO "event" VALUES(28,'run.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0rebkj','ends',NULL,NULL,'55ff230830a1e2dac8ce553d2fb22a58','{}',2,'2:d890c55d83247648f9fb39c77d281406a44ad5d4027ae707a764ff3164d016b7',NULL);
INSERT INTO "event" VALUES(29,'step.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0rebkj','ends','give_up',NULL,'55ff230830a1e2dac8ce553d2fb22a58','{"attempt":1,"title":"give-up"}',3,'2:0ff6b5b77f60b31e46d5d6c0be972497d89e66f4475b37ce60362d549ae2e717','{"run":"bbc70625d9b9b4ea652971e923ce693739aca161","step.give_up":"58bfc6ca0bddfe4cc42d838f95c0a2c895dfd168"}');
INSERT INTO "event" VALUES(30,'step.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0rebkj','ends','give_up',NULL,'55ff230830a1e2dac8ce553d2fb22a58','{"log":[],"ends_run":true,"attempt":1,"title":"give-up","failure":{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}}',4,'2:4d40787eae5fede51b7465e068e567003024e1014d43a4a3e8052bdcf35d26ec',NULL);
INSERT INTO "event" VALUES(31,'run.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0rebkj','ends',NULL,NULL,'55ff230830a1e2dac8ce553d2fb22a58','{"reason":"give-up failed: nothing is left to try"}',5,'2:9f8b7db33945eca77b3929a4569ff8435b45e53f2d34fdf84ed90e57c8e28169','{"run":"68c82b1f92282527eba764c567a2caf3d7262ee6","step.give_up":"7cc5269d4075b14a1c38b0d04fd97dcbc33171d8"}');
INSERT INTO "event" VALUES(32,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym07xdv7','lined_up',NULL,NULL,'e7e3aeb082972dfcb90d6142ebf8a353','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:7785e5f393f1545bdc7dd8de51eaf29a659e34e0ab2ded3eb7718740650cb159',NULL);
INSERT INTO "event" VALUES(33,'run.started',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym07xdv7','lined_up',NULL,NULL,'e7e3aeb082972dfcb90d6142ebf8a353','{}',2,'2:f3610cc8f26430d103481dff6a8b78d3a610b532c7fc88f9942298b3150a14c1',NULL);
INSERT INTO "event" VALUES(34,'request.opened',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym07xdv7','lined_up','may_enter','lined_up-1ke6p4ym07xdv7.may_enter','e7e3aeb082972dfcb90d6142ebf8a353','{"kind":"approval"}',3,'2:bd2ef65167624bc3cc05e8512f40c613bb5b8e371432ab681fdb7a4dc4679a66',NULL);
INSERT INTO "event" VALUES(35,'run.waiting',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym07xdv7','lined_up',NULL,NULL,'e7e3aeb082972dfcb90d6142ebf8a353','{"reason":"waits for people at may-enter"}',4,'2:adb84bab265311870877e4fc189e20a2b47af1d2a4bc495dd10d2ca6a70bf92d','{"run":"21a2b755644c91b5cd90828923fdd4fd87283cf4","step.may_enter":"6f97fb7bdc064ccd5ef7581abd74d553050b7a6c","request.lined_up-1ke6p4ym07xdv7.may_enter":"451b0b6260018bc73b5ec7eb0b1019d4c7625381","wait.expire:lined_up-1ke6p4ym07xdv7.may_enter":"69d29149d3bad529c870a281ab342b19e7830510"}');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym00eafx','lined_up',NULL,NULL,'5b8719fea7456c61d8817119e9cb2757','{"input":{"item":"second","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'2:57d85580cab28d6c240264ba76170092b8c1a6701effd99ab3719a17584b238c','{"run":"c8bd5efeec79ab317aceb47d2582fe6d4d22302a"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0rgb3x','interrupted',NULL,NULL,'c50f684f1d01d406417a6f84c4bfcb9f','{"input":null,"trigger":"manual"}',1,'2:052d8a6e87372344f248397078129fe11e632ce5830f2912cfecbe9cdebea8d0',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0rgb3x','interrupted',NULL,NULL,'c50f684f1d01d406417a6f84c4bfcb9f','{}',2,'2:06e1e0bc1ad2ce0b4288df434b664d34c93a6d8ed288e77b2ceec6ccecb508de',NULL);
INSERT INTO "event" VALUES(39,'step.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0rgb3x','interrupted','copy',NULL,'c50f684f1d01d406417a6f84c4bfcb9f','{"attempt":1,"title":"copy"}',3,'2:8be1179682d9c5b19c13c5de23f8555719428a99c2934ba7bdd13d231bb21120','{"run":"a41b3ed1de030fad4b01e76dd37e7424dda2ce19","step.copy":"f0afd80c56880c9a9f8da36c3fe0ddf340884b85"}');
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
INSERT INTO "failure_card" VALUES('breaks-1ke6p4ym0ybc8e.measure.1','breaks-1ke6p4ym0ybc8e','breaks','measure','5b6df722e4f37ce26e6bae1e8a9f4cf1','breaks-1ke6p4ym0ybc8e.measure.1',1);
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
INSERT INTO "log" VALUES(1,0,39,'50723b464bcd74747e2c11e90feaac9fcf84959de55c29e4741ed8bf415c5163','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{"(covered)":"0"}','02ed9534b6b7203a','af19c26bce65341d7d5f8c357867d25a201cefd5');
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
INSERT INTO "request" VALUES('replace-1ke6p4ym040k8f.may_replace','approval','replace-1ke6p4ym040k8f','replace','may_replace','open',1,'Replace valve in south?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{"look":"fe3154bcad2514ac1133965e7e66f515b9fb196c3c666c64036eaa99d9457be3"},"code":{"fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","region"]}','slack:U4',NULL,1767603600000000,'[["Title","a valve","value"],["On","2026-01-07","value",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('lapses-1ke6p4ym0dwg2q.may_lapse','approval','lapses-1ke6p4ym0dwg2q','lapses','may_lapse','open',1,'Stop fan?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998","input":"474ca6d6da0b9bb16fc780355def49185a6e4d1d9cbe38ce5818f6515c1113c4","outputs":{},"code":{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767690000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('breaks-1ke6p4ym0ybc8e.measure.1','failure','breaks-1ke6p4ym0ybc8e','breaks','measure','open',1,'breaks failed at measure','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('repeats-1ke6p4ym0ykw9z.may_pay','approval','repeats-1ke6p4ym0ykw9z','repeats','may_pay','decided',3,'Pay for valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}},"digest":"15614281e80efb3356fbf987af09bc1a5ea889c7874329e53a2caa378c376caa","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('lined_up-1ke6p4ym07xdv7.may_enter','approval','lined_up-1ke6p4ym07xdv7','lined_up','may_enter','open',1,'Enter with valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
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
INSERT INTO "run" VALUES('replace-1ke6p4ym040k8f','replace','2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0','db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','waiting',2,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'1a2e97b35660b84b1db65369b10632e2',1767603600000000,1767603600000000,NULL,'waits for people at may-replace','2:4a694eb2c2d7997f3ebb8239f6721a595dfeb89a0906238303e5b38faf665634',6,'0k8f','f29538dcefe7b3457fbe85fc714f4cf57bc1f175',NULL,0,'','');
INSERT INTO "run" VALUES('lapses-1ke6p4ym0dwg2q','lapses','88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998','a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','waiting',1,'{"item":"fan","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'03ce745480f576a4f8e29cc5395d612b',1767603600000000,1767603600000000,NULL,'waits for people at may-lapse','2:e524d862daad993a6c95d54356126c67c8f7a1b7c5c6f23e7d71cae7b5e8ea6a',4,'wg2q','f95b0c1244b7853bb2658b331e3da7c6d3350c86',NULL,0,'','');
INSERT INTO "run" VALUES('breaks-1ke6p4ym0ybc8e','breaks','8ae90e5e409115bd7f8bcd189ec1cb2aa2485156f3ea1fb6ca6a91c91a24d42d','5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','waiting',2,'null','slack:U4',NULL,'manual',NULL,'5bf5d1069a67609ecfe73efa42bdaca7',1767603600000000,1767603600000000,NULL,'waits for people at measure','2:c4192aa36f91fe9d3f32b461472de5c8ca21b4f7a11547e5e98c246f08135763',6,'bc8e','455e4d900eeb8976d77db0b6b1cd6445bf623915',NULL,0,'','');
INSERT INTO "run" VALUES('repeats-1ke6p4ym0ykw9z','repeats','d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf','a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','running',3,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'047fb3c7df37a05d09e1b4acb84d8899',1767603600000000,1767603600000000,NULL,'','2:75ddcd7cf9acd8bb5792d2a95f2fe3a1776c557a877cadaac1084d2abb213285',9,'kw9z','14c94e5294aca8be580318e50c562160b1f8dcdb',NULL,0,'','');
INSERT INTO "run" VALUES('ends-1ke6p4ym0rebkj','ends','5b4fe213c64582cb08a1328ddd4971be355e214a7a364e3c0354cb9767778c98','0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','failed',2,'null','slack:U4',NULL,'manual',NULL,'55ff230830a1e2dac8ce553d2fb22a58',1767603600000000,1767603600000000,1767603600000000,'give-up failed: nothing is left to try','2:9f8b7db33945eca77b3929a4569ff8435b45e53f2d34fdf84ed90e57c8e28169',5,'ebkj','d3b291a7c15fa37bf4d7121b20566bb1ea1d9a54',NULL,0,'','');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym07xdv7','lined_up','ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','waiting',1,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'e7e3aeb082972dfcb90d6142ebf8a353',1767603600000000,1767603600000000,NULL,'waits for people at may-enter','2:adb84bab265311870877e4fc189e20a2b47af1d2a4bc495dd10d2ca6a70bf92d',4,'xdv7','72e640e6fd79aaf6460e81f399842b0a04f706f1',NULL,0,'','');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym00eafx','lined_up','ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','pending',1,'{"item":"second","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'5b8719fea7456c61d8817119e9cb2757',1767603600000000,NULL,NULL,'','2:57d85580cab28d6c240264ba76170092b8c1a6701effd99ab3719a17584b238c',1,'eafx','3df79e99494330c1ebafa58764daed0e4a5af772',NULL,0,'','');
INSERT INTO "run" VALUES('interrupted-1ke6p4ym0rgb3x','interrupted','45c7eb4161ea6f6714b1a9147270c1f934c5852dd1b58143c4f3acbe6070fb0d','09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','running',1,'null','slack:U4',NULL,'manual',NULL,'c50f684f1d01d406417a6f84c4bfcb9f',1767603600000000,1767603600000000,NULL,'','2:8be1179682d9c5b19c13c5de23f8555719428a99c2934ba7bdd13d231bb21120',3,'gb3x','3d3cdb179e570667fcb9c6c0b9d628e5c81f6d6f',NULL,0,'','');
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
INSERT INTO "step_run" VALUES('breaks-1ke6p4ym0ybc8e','measure','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ends-1ke6p4ym0rebkj','give_up','failed',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}','',NULL,'c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67',0,NULL,NULL);
INSERT INTO "step_run" VALUES('interrupted-1ke6p4ym0rgb3x','copy','running',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c',0,NULL,NULL);
INSERT INTO "step_run" VALUES('lapses-1ke6p4ym0dwg2q','may_lapse','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('lined_up-1ke6p4ym07xdv7','may_enter','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0ykw9z','may_pay','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"go on","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0ykw9z','transfer','retrying',1,1,0,1,1767603600000000,1767603600000000,1767604153111343,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 369, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 380, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73',0,NULL,NULL);
INSERT INTO "step_run" VALUES('replace-1ke6p4ym040k8f','look','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"number":7,"title":"a valve"}',NULL,'',NULL,'703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc',0,NULL,NULL);
INSERT INTO "step_run" VALUES('replace-1ke6p4ym040k8f','may_replace','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
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
INSERT INTO "wait" VALUES('expire:replace-1ke6p4ym040k8f.may_replace','expire','replace-1ke6p4ym040k8f','may_replace','replace-1ke6p4ym040k8f.may_replace',1767618000000000);
INSERT INTO "wait" VALUES('expire:lapses-1ke6p4ym0dwg2q.may_lapse','expire','lapses-1ke6p4ym0dwg2q','may_lapse','lapses-1ke6p4ym0dwg2q.may_lapse',1767690000000000);
INSERT INTO "wait" VALUES('expire:breaks-1ke6p4ym0ybc8e.measure.1','expire','breaks-1ke6p4ym0ybc8e','measure','breaks-1ke6p4ym0ybc8e.measure.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:breaks-1ke6p4ym0ybc8e.measure.1','remind','breaks-1ke6p4ym0ybc8e','measure','breaks-1ke6p4ym0ybc8e.measure.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:repeats-1ke6p4ym0ykw9z:transfer','retry','repeats-1ke6p4ym0ykw9z','transfer',NULL,1767604153111343);
INSERT INTO "wait" VALUES('expire:lined_up-1ke6p4ym07xdv7.may_enter','expire','lined_up-1ke6p4ym07xdv7','may_enter','lined_up-1ke6p4ym07xdv7.may_enter',1767776400000000);
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
INSERT INTO "sqlite_sequence" VALUES('event',39);
COMMIT;
