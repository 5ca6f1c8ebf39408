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
INSERT INTO "code" VALUES('db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','{"look":"703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc","fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}','61a6862c27f76f3fdfe09f9392c143e3ac628fd6');
INSERT INTO "code" VALUES('a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe","keep":"5f6d65de06241cb978ba7bc3fdbb884fc81545349599ec010798ed90d62ea80a"}','23951daabae2d1bd549674df9152a4f4bc736622');
INSERT INTO "code" VALUES('5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','{"measure":"badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968","report":"4a7f101cd1f0bb79bfade8ae4fecb4319cdc438007acc69d39507f7ca0077aa1"}','076a568e1c43bbbd2b632f97b5841db20de0feb8');
INSERT INTO "code" VALUES('a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}','76ee24b8414b2ff0c7c48a18027a5df9e9e05444');
INSERT INTO "code" VALUES('0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','{"give_up":"c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67"}','4e79355899ded109f51ad204e7141912083107b4');
INSERT INTO "code" VALUES('09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','{"copy":"8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c"}','ef84f853253583442d9f9d874906bfd16b4dc818');
INSERT INTO "code" VALUES('83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}','7cca41151a7aa2afe3dd4250a377580e4285f308');
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
INSERT INTO "decision" VALUES('repeats-1ke6p4ym08w8fx.may_pay:1','repeats-1ke6p4ym08w8fx.may_pay','approve','slack:U1',NULL,'go on',1767603600000000,0,'["@release"]',NULL,'179bbe2f5c1904fb90d34f055d104b517153df1246e46f45372a898f5e2c7d9b','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0','replace','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"replace","nodes":[{"after":[],"failure":null,"kind":"step","name":"look","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:6112a07516ab298664305be25091495a9c78ca0df8bf39c21f81bca9cdb0f0a3","takes_ctx":false,"takes_input":true,"timeout":null,"title":"look","when":null},{"after":[],"ask":"Replace {input.item} in {input.region}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_replace","needs":[{"join":"value","parameter":"look","step":"look"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Title","source":"look.title"},{"before":"","kind":"value","label":"On","source":"input.on"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-replace","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"fit","needs":[{"join":"value","parameter":"look","step":"look"},{"join":"value","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:deae1dfd9fc9b911093b80bf88374c7b97c40c4edcdafdd70fb67ae71569a5a9","takes_ctx":false,"takes_input":false,"timeout":null,"title":"fit","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}},{"after":["fit"],"failure":null,"kind":"step","name":"bill","needs":[{"join":"settled","parameter":"fit","step":"fit"},{"join":"optional","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2ddcfc3d3144a591d4dca97c5840ab44622724aa4f970acd70e9dae33bf8b6bc","takes_ctx":false,"takes_input":true,"timeout":null,"title":"bill","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"replace","triggers":[]}',1767603600000000,'769e0351987f154499171aa3c7903a1797f2215a');
INSERT INTO "definition" VALUES('88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998','lapses','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"lapses","nodes":[{"after":[],"ask":"Stop {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":86400.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_lapse","needs":[],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"former":[],"needs":1}]}],"title":"may-lapse","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"stop","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:905a717b28b9b4d0a1d8865e5415f563b635cac7eab32292dbf60f45858dcd3c","takes_ctx":false,"takes_input":true,"timeout":null,"title":"stop","when":{"kind":"outcome","outcome":"approved","step":"may_lapse"}},{"after":[],"failure":null,"kind":"step","name":"keep","needs":[{"join":"value","parameter":"may_lapse","step":"may_lapse"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:9ac2223576747a8085ab3671cba3a0d97e7f447677fe9a6753b0372c0f55a978","takes_ctx":false,"takes_input":false,"timeout":null,"title":"keep","when":{"kind":"outcome","outcome":"rejected","step":"may_lapse"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"lapses","triggers":[]}',1767603600000000,'0551131c201fed96ba94beb7d161dc2f38b74327');
INSERT INTO "definition" VALUES('8ae90e5e409115bd7f8bcd189ec1cb2aa2485156f3ea1fb6ca6a91c91a24d42d','breaks','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"breaks","nodes":[{"after":[],"failure":null,"kind":"step","name":"measure","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":true,"takes_input":false,"timeout":null,"title":"measure","when":null},{"after":[],"failure":null,"kind":"step","name":"report","needs":[{"join":"value","parameter":"measure","step":"measure"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:ef977b780c550f15ef7862e0e2b56ad69f5ceafd53f5dd9df696bbbe5dcab4e6","takes_ctx":false,"takes_input":false,"timeout":null,"title":"report","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"breaks","triggers":[]}',1767603600000000,'d2eb76923addd3207c08845475b132c8cee4988f');
INSERT INTO "definition" VALUES('d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf','repeats','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"repeats","nodes":[{"after":[],"ask":"Pay for {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_pay","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-pay","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"transfer","needs":[{"join":"value","parameter":"may_pay","step":"may_pay"}],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:13ce7e91f0bd9f373b859736028cab85b3fa74a9b76dd24724e098e25e0193d7","takes_ctx":true,"takes_input":true,"timeout":null,"title":"transfer","when":{"kind":"outcome","outcome":"approved","step":"may_pay"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"repeats","triggers":[]}',1767603600000000,'11c8eae43fc212dd30e8ee7ba483efdb068c4ab3');
INSERT INTO "definition" VALUES('5b4fe213c64582cb08a1328ddd4971be355e214a7a364e3c0354cb9767778c98','ends','{"channel":"#deploys","concurrency":null,"failure":{"do":"fail","expires":null,"remind_every":null},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"ends","nodes":[{"after":[],"failure":null,"kind":"step","name":"give_up","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"give-up","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ends","triggers":[]}',1767603600000000,'ea757ec20b3171dbf17aec9659742d2e5e54e04e');
INSERT INTO "definition" VALUES('45c7eb4161ea6f6714b1a9147270c1f934c5852dd1b58143c4f3acbe6070fb0d','interrupted','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"interrupted","nodes":[{"after":[],"failure":null,"kind":"step","name":"copy","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:e19e9a7f5dfa3454580bd8110e433dea4af61530544e70f70335fdeb612d7ac7","takes_ctx":true,"takes_input":false,"timeout":null,"title":"copy","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"interrupted","triggers":[]}',1767603600000000,'269c71c80ebd5c139a181b2809957ee0d921121b');
INSERT INTO "definition" VALUES('ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','lined_up','{"channel":"#deploys","concurrency":1,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"lined_up","nodes":[{"after":[],"ask":"Enter with {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_enter","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-enter","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"enter","needs":[{"join":"value","parameter":"may_enter","step":"may_enter"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:1a5073105b9c45f837ee725529a1efa7cc43881e9c761660c737642f0781b380","takes_ctx":false,"takes_input":true,"timeout":null,"title":"enter","when":{"kind":"outcome","outcome":"approved","step":"may_enter"}}],"overlap":"queue","owner":"@ops","parallel":null,"title":"lined-up","triggers":[]}',1767603600000000,'17718db2869825bd1d15953d80c96c245c1ebd3e');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0e0cpb','replace',NULL,NULL,'960f7f987f6eefc1dbb8444645fbe007','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:3b121142039b8b205e9b38340abfb103e63dc1a2a6b2ad3ac397448c504cdbda',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0e0cpb','replace',NULL,NULL,'960f7f987f6eefc1dbb8444645fbe007','{}',2,'2:8a071959f2baf644ec2c7b954a7b7bb2e70063aa27e011572218835cd7e6ac59',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0e0cpb','replace','look',NULL,'960f7f987f6eefc1dbb8444645fbe007','{"attempt":1,"title":"look"}',3,'2:9122ec095f2db10f83ab539391d55f6fbba771223482efdef351bf5b048df4dd','{"run":"e0b3a8a49c40b6282a4fae233c4b1185045da546","step.look":"5fca1ffede561b0e7a8c5b67ee4dcfcdaf096fe7"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0e0cpb','replace','look',NULL,'960f7f987f6eefc1dbb8444645fbe007','{"attempt":1,"title":"look","seconds":0.0,"log":[]}',4,'2:4e6e59477b15b0d46d500ca2b59fa2afe39d8b430f196449bf1edcab4b1e15f0',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0e0cpb','replace','may_replace','replace-1ke6p4ym0e0cpb.may_replace','960f7f987f6eefc1dbb8444645fbe007','{"kind":"approval"}',5,'2:3693d455b41b49b8b1938a444b3b08598fe066bf8c8c35ac3cf1cb08ab09e826',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0e0cpb','replace',NULL,NULL,'960f7f987f6eefc1dbb8444645fbe007','{"reason":"waits for people at may-replace"}',6,'2:28a5b40061113ce14c839f75a55607ae86d6a879a9fd4f2bfe49de40568c6e60','{"run":"bc4e40a89676035f5e3c7e78e0c787e648498ff8","step.look":"ad0ee8d3bba75a5e4429c2762d12c082a76291d6","step.may_replace":"5684bbf59be08079ea0fb1540dda2002e62b2654","request.replace-1ke6p4ym0e0cpb.may_replace":"8e62feadc92f0df6949805053d76ab3035d75dcf","wait.expire:replace-1ke6p4ym0e0cpb.may_replace":"86b44e85d871adbfeed9b7328e63c38872c16e06"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0t11ah','lapses',NULL,NULL,'b232f3cca075eb85595d4f2351c98bb7','{"input":{"item":"fan","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'2:7e874c6815b120fc41c4a5e581eb77d5711efc04b09985594bd1560a984efbcc',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0t11ah','lapses',NULL,NULL,'b232f3cca075eb85595d4f2351c98bb7','{}',2,'2:a1197a613dc23cacd94112d65e4da608030e5db21de676d5ba1e171e3581b813',NULL);
INSERT INTO "event" VALUES(10,'request.opened',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0t11ah','lapses','may_lapse','lapses-1ke6p4ym0t11ah.may_lapse','b232f3cca075eb85595d4f2351c98bb7','{"kind":"approval"}',3,'2:e04c77f6a00d488daa3da947815738d298f7c85d121770e1a54d91bf9790ae61',NULL);
INSERT INTO "event" VALUES(11,'run.waiting',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0t11ah','lapses',NULL,NULL,'b232f3cca075eb85595d4f2351c98bb7','{"reason":"waits for people at may-lapse"}',4,'2:4a4464522a0445432fa5647dd25b4cfa13f6b0f2ef56bae97f33d086e948c0cb','{"run":"143d0800413a0a4ce8d05d48366d3ceec51c8cfc","step.may_lapse":"2f6017e030070b26a1f3cc85a901afaa81dc9522","request.lapses-1ke6p4ym0t11ah.may_lapse":"d0c4efc742ffbd0c906251321bc2e9c587f618eb","wait.expire:lapses-1ke6p4ym0t11ah.may_lapse":"f50292b19ff415b590912f160a974b7235fb1487"}');
INSERT INTO "event" VALUES(12,'run.created',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0fvf19','breaks',NULL,NULL,'3d5c659790d3745dbd49aeb68a7c77b6','{"input":null,"trigger":"manual"}',1,'2:e426ed3d656c544806630299fecef97d33226c2c31a95fd39e0021cf4a344835',NULL);
INSERT INTO "event" VALUES(13,'run.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0fvf19','breaks',NULL,NULL,'3d5c659790d3745dbd49aeb68a7c77b6','{}',2,'2:b5327f2e44fe3df03cf415b405955cebb50b329fe32e1f696a10ad0b307b196d',NULL);
INSERT INTO "event" VALUES(14,'step.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0fvf19','breaks','measure',NULL,'3d5c659790d3745dbd49aeb68a7c77b6','{"attempt":1,"title":"measure"}',3,'2:a5a982ac2a5b0923825233a79becdf35aff5089f6cb8285ad114fbe10323a829','{"run":"0dfb71478c73ed06547e96dc578cf26da047cdf8","step.measure":"e6f898d52a9969aefd1f1f915d3597d93226a957"}');
INSERT INTO "event" VALUES(15,'step.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0fvf19','breaks','measure',NULL,'3d5c659790d3745dbd49aeb68a7c77b6','{"log":[],"attempt":1,"title":"measure","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 330, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:315d37dd2ff2bbc1076d715c21229e768b80baef770ac55a1880f1d0d379e2c1',NULL);
INSERT INTO "event" VALUES(16,'request.opened',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0fvf19','breaks','measure','breaks-1ke6p4ym0fvf19.measure.1','3d5c659790d3745dbd49aeb68a7c77b6','{"kind":"failure"}',5,'2:42171229a1fcba8cac8c3a31aba0f1b0c0c26d47b853e3fc353f06f9c7912eff',NULL);
INSERT INTO "event" VALUES(17,'run.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0fvf19','breaks',NULL,NULL,'3d5c659790d3745dbd49aeb68a7c77b6','{"reason":"waits for people at measure"}',6,'2:ed15cc456829b8c117c1b4fc10a7a98ac0c38f18f96bddcb1c592e4755d2e8f7','{"run":"cf1211718dfbae14d82f84560f54c4272e152603","step.measure":"e164b7fc24ba05bdcd76953054fef34b5b3c2d96","request.breaks-1ke6p4ym0fvf19.measure.1":"d922425dbf6a1673dc28be3e56b62562639fc02b","wait.expire:breaks-1ke6p4ym0fvf19.measure.1":"ed4a4980019c0393a517dcc682d8a6ba326d5f97","wait.remind:breaks-1ke6p4ym0fvf19.measure.1":"61f436a2a129a80d423a7dfc4b9c83218b506c78"}');
INSERT INTO "event" VALUES(18,'run.created',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym08w8fx','repeats',NULL,NULL,'b59e2590cf2956f44f536b04100318cf','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:f4e3efb4bb28edeb677c127c891a4051a60b256454e9ba43365c0b944d600e8a',NULL);
INSERT INTO "event" VALUES(19,'run.started',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym08w8fx','repeats',NULL,NULL,'b59e2590cf2956f44f536b04100318cf','{}',2,'2:7dc3ec373a7ce31fef7628eedef3c873546e27126b0fa108b3f178897e6779be',NULL);
INSERT INTO "event" VALUES(20,'request.opened',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym08w8fx','repeats','may_pay','repeats-1ke6p4ym08w8fx.may_pay','b59e2590cf2956f44f536b04100318cf','{"kind":"approval"}',3,'2:79d1e9db0cc66d9b19e826e1c41ba1f5f4da1f2a088e81e527d2549a84935c6f',NULL);
INSERT INTO "event" VALUES(21,'run.waiting',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym08w8fx','repeats',NULL,NULL,'b59e2590cf2956f44f536b04100318cf','{"reason":"waits for people at may-pay"}',4,'2:a455f87fb2f0d0d04a25c8bb7da561b1ddb8f573c6e9a67ff7c1e4776bef4f60','{"run":"c230a1ab53e237646dca70602af4988ca43a245c","step.may_pay":"f307c58bab7767e2cb2ec5d462f4c1543ec634eb","request.repeats-1ke6p4ym08w8fx.may_pay":"18741ad1303062ac8f73743445b84a48b4d59220","wait.expire:repeats-1ke6p4ym08w8fx.may_pay":"b075790c560167686a5f90673d8458746557beb5"}');
INSERT INTO "event" VALUES(22,'request.decision',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym08w8fx','repeats','may_pay','repeats-1ke6p4ym08w8fx.may_pay','b59e2590cf2956f44f536b04100318cf','{"digest":"179bbe2f5c1904fb90d34f055d104b517153df1246e46f45372a898f5e2c7d9b","kind":"approval","choice":"approve","comment":"go on"}',5,'2:d0cc1ca1195ca516b1ed6bde4111ebf25ea46889d27978b68b790d0b986791bd',NULL);
INSERT INTO "event" VALUES(23,'request.decided',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym08w8fx','repeats','may_pay','repeats-1ke6p4ym08w8fx.may_pay','b59e2590cf2956f44f536b04100318cf','{"outcome":"approved","kind":"approval","choice":"approve","comment":"go on"}',6,'2:4c3bcbd032613c925668273f6ac3963e7af2cfec3e20dc48767fd52bf4191c83',NULL);
INSERT INTO "event" VALUES(24,'step.started',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym08w8fx','repeats','transfer',NULL,'b59e2590cf2956f44f536b04100318cf','{"attempt":1,"title":"transfer"}',7,'2:6f8660a2d657598a4c1c5f0cf424abeb0dae18ad236d972d68fc1a42c4436405',NULL);
INSERT INTO "event" VALUES(25,'run.resumed',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym08w8fx','repeats',NULL,NULL,'b59e2590cf2956f44f536b04100318cf','{}',8,'2:32499d33f10da1d5c1a06984ff5123d9e57da101eb34c63fefb83be1481881f9','{"run":"60cf7c5ededa2874db998bd28ea5a0f29c7dd9be","step.may_pay":"465e544197d5284a046ad1aea64ed73a149dab38","step.transfer":"8b9403575610499a5c5e2d2e9022285ad45a4ac7","request.repeats-1ke6p4ym08w8fx.may_pay":"61048006cd3a3111a5ae9439fb8affdd586a73b1","decision.repeats-1ke6p4ym08w8fx.may_pay:1":"064dd34c21a4762327eea3c705ec70d79a10fa7b","wait.expire:repeats-1ke6p4ym08w8fx.may_pay":null,"wait.remind:repeats-1ke6p4ym08w8fx.may_pay":null}');
INSERT INTO "event" VALUES(26,'step.retrying',1767603600000000,'engine:engine',NULL,'repeats-1ke6p4ym08w8fx','repeats','transfer',NULL,'b59e2590cf2956f44f536b04100318cf','{"attempt":1,"title":"transfer","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 330, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:08:54.946695+00:00","log":[]}',9,'2:9aeb87527aa2054c9eb2b673e3be5e9642957411b8d1fa9995c7503e520a0e25','{"step.transfer":"55162c7b65d485dfa866ccb1dca9c5e1e5c06b8f","wait.retry:repeats-1ke6p4ym08w8fx:transfer":"bb62efabdacdb0837fb8e869e977e4c82ccd640a"}');
INSERT INTO "event" VALUES(27,'run.created',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0b6d57','ends',NULL,NULL,'4dd008309c45f7e3f28c61472db1b270','{"input":null,"trigger":"manual"}',1,'2:b17348621376cc26139611cf765914dbd0d103529ddddaf21c46f51f555a31d7',NULL);
INSERT INTO "event" VALUES(28,'run.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0b6d57','ends',NULL,NULL,'4dd008309c45f7e3f28c61472db1b270','{}',2,'2:00bc76885912b938950da4cb9617dd8b7ab0229b689d7b398830320d64187528',NULL);
INSERT INTO "event" VALUES(29,'step.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0b6d57','ends','give_up',NULL,'4dd008309c45f7e3f28c61472db1b270','{"attempt":1,"title":"give-up"}',3,'2:615b4d92c026744373c5be5f0de130f35a78e04a7c4e6ba149553d09231f49ee','{"run":"32bbb16fb584e918b506c0fc550fea56c6217ad1","step.give_up":"0bc60b7f6c630793757ddf1ec56ca2386c96551f"}');
INSERT INTO "event" VALUES(30,'step.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0b6d57','ends','give_up',NULL,'4dd008309c45f7e3f28c61472db1b270','{"log":[],"ends_run":true,"attempt":1,"title":"give-up","failure":{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}}',4,'2:85ae2fbba9ca04d797a1af89d9f9fddb6eeacdfbf8e10cdf54abc1045e05d547',NULL);
INSERT INTO "event" VALUES(31,'run.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0b6d57','ends',NULL,NULL,'4dd008309c45f7e3f28c61472db1b270','{"reason":"give-up failed: nothing is left to try"}',5,'2:63f7c0460271a608cfbb0039bb423077fdf7a17c3847358b93338840d502530a','{"run":"56807f705a16be6cb0a43d411492c34da40c9750","step.give_up":"c5047d0b4bfd120ad6f7634aa874345ea662620c"}');
INSERT INTO "event" VALUES(32,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym02p2dw','lined_up',NULL,NULL,'2fa582776d5731ebcc22c2abdee1ccd2','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:c22e4ba1e53c90a148e5c0fc71d5d8d0cce83bc04b1ef098f318003948a5ccc0',NULL);
INSERT INTO "event" VALUES(33,'run.started',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym02p2dw','lined_up',NULL,NULL,'2fa582776d5731ebcc22c2abdee1ccd2','{}',2,'2:cf3aab86eab6897a3b47b69a048030fd5852e3fc4da03e10d4edc6659eba791f',NULL);
INSERT INTO "event" VALUES(34,'request.opened',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym02p2dw','lined_up','may_enter','lined_up-1ke6p4ym02p2dw.may_enter','2fa582776d5731ebcc22c2abdee1ccd2','{"kind":"approval"}',3,'2:2dfc0c7548704c575c2a10ece4f5ba480ec7b1e279c6203f9d95365ac80d963e',NULL);
INSERT INTO "event" VALUES(35,'run.waiting',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym02p2dw','lined_up',NULL,NULL,'2fa582776d5731ebcc22c2abdee1ccd2','{"reason":"waits for people at may-enter"}',4,'2:87daee411f2658e595185cb7b20b646dc658e10c426b5c1c34936320c0626a36','{"run":"f29fb9b5bcba87a78dadc1dd0ea4ba411244e823","step.may_enter":"221436af5ac370f7bb9c7d957143124ea41f9039","request.lined_up-1ke6p4ym02p2dw.may_enter":"a119ff5998ca632196e15f11ebe854b53395e28e","wait.expire:lined_up-1ke6p4ym02p2dw.may_enter":"39f4f09c80292582673f314c181ba00f24accc96"}');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym09t6d4','lined_up',NULL,NULL,'022de2720a3487a6fd8eb729536ad74e','{"input":{"item":"second","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'2:0a9818501ccd2f41ff426c7f820684b5ef76bd753995f80e56625849b04f55c5','{"run":"b2cd6295a465e0b7259650d5d379578177645a0f"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym069d06','interrupted',NULL,NULL,'d2522aba66243d3d9cf8d99b2369c951','{"input":null,"trigger":"manual"}',1,'2:4e6f7e89fa1f626798f9e578a5e45889f3ef594a08097219d6e6fa4c3a0784fc',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym069d06','interrupted',NULL,NULL,'d2522aba66243d3d9cf8d99b2369c951','{}',2,'2:97ae6d5b884ae265e816125df51ae2e557138b9b291f75afe3c2b5ca0f98742e',NULL);
INSERT INTO "event" VALUES(39,'step.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym069d06','interrupted','copy',NULL,'d2522aba66243d3d9cf8d99b2369c951','{"attempt":1,"title":"copy"}',3,'2:77904332517e5ee72dd6a28640a2fb2588b502ccc1d46b50b377a0b0fc02583c','{"run":"fb5464239cc9cba47cfa36b12ba904ae012b4ef6","step.copy":"324f80fdee02e5e0299c7023e9c5e6b25aa9ed2a"}');
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
INSERT INTO "failure_card" VALUES('breaks-1ke6p4ym0fvf19.measure.1','breaks-1ke6p4ym0fvf19','breaks','measure','5b6df722e4f37ce26e6bae1e8a9f4cf1','breaks-1ke6p4ym0fvf19.measure.1',1);
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
INSERT INTO "log" VALUES(1,0,39,'027a335f3578fa6505efc947d14817938bcb53dc87d4adc6a6909875baca98c9','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{"(covered)":"0"}','83db3e1548953e7a','822580f7762670073402806c582d31e92734a4a9');
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
INSERT INTO "request" VALUES('replace-1ke6p4ym0e0cpb.may_replace','approval','replace-1ke6p4ym0e0cpb','replace','may_replace','open',1,'Replace valve in south?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{"look":"fe3154bcad2514ac1133965e7e66f515b9fb196c3c666c64036eaa99d9457be3"},"code":{"fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","region"]}','slack:U4',NULL,1767603600000000,'[["Title","a valve","value"],["On","2026-01-07","value",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('lapses-1ke6p4ym0t11ah.may_lapse','approval','lapses-1ke6p4ym0t11ah','lapses','may_lapse','open',1,'Stop fan?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998","input":"474ca6d6da0b9bb16fc780355def49185a6e4d1d9cbe38ce5818f6515c1113c4","outputs":{},"code":{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767690000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('breaks-1ke6p4ym0fvf19.measure.1','failure','breaks-1ke6p4ym0fvf19','breaks','measure','open',1,'breaks failed at measure','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 330, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('repeats-1ke6p4ym08w8fx.may_pay','approval','repeats-1ke6p4ym08w8fx','repeats','may_pay','decided',3,'Pay for valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}},"digest":"179bbe2f5c1904fb90d34f055d104b517153df1246e46f45372a898f5e2c7d9b","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('lined_up-1ke6p4ym02p2dw.may_enter','approval','lined_up-1ke6p4ym02p2dw','lined_up','may_enter','open',1,'Enter with valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
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
INSERT INTO "run" VALUES('replace-1ke6p4ym0e0cpb','replace','2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0','db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','waiting',2,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'960f7f987f6eefc1dbb8444645fbe007',1767603600000000,1767603600000000,NULL,'waits for people at may-replace','2:28a5b40061113ce14c839f75a55607ae86d6a879a9fd4f2bfe49de40568c6e60',6,'0cpb','3cb94b7778463137d6227b4fe3bcd1eaadb8ef10',NULL,0,'','');
INSERT INTO "run" VALUES('lapses-1ke6p4ym0t11ah','lapses','88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998','a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','waiting',1,'{"item":"fan","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'b232f3cca075eb85595d4f2351c98bb7',1767603600000000,1767603600000000,NULL,'waits for people at may-lapse','2:4a4464522a0445432fa5647dd25b4cfa13f6b0f2ef56bae97f33d086e948c0cb',4,'11ah','9f60bbcdc64e0ed7ff4fde57bf6c1fb0aaa8728a',NULL,0,'','');
INSERT INTO "run" VALUES('breaks-1ke6p4ym0fvf19','breaks','8ae90e5e409115bd7f8bcd189ec1cb2aa2485156f3ea1fb6ca6a91c91a24d42d','5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','waiting',2,'null','slack:U4',NULL,'manual',NULL,'3d5c659790d3745dbd49aeb68a7c77b6',1767603600000000,1767603600000000,NULL,'waits for people at measure','2:ed15cc456829b8c117c1b4fc10a7a98ac0c38f18f96bddcb1c592e4755d2e8f7',6,'vf19','da32f6c46e984aede8229c1fbac96bdf68c9a02a',NULL,0,'','');
INSERT INTO "run" VALUES('repeats-1ke6p4ym08w8fx','repeats','d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf','a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','running',3,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'b59e2590cf2956f44f536b04100318cf',1767603600000000,1767603600000000,NULL,'','2:9aeb87527aa2054c9eb2b673e3be5e9642957411b8d1fa9995c7503e520a0e25',9,'w8fx','7f7bca6b0cf02669841699e6f40f8ae9d707a809',NULL,0,'','');
INSERT INTO "run" VALUES('ends-1ke6p4ym0b6d57','ends','5b4fe213c64582cb08a1328ddd4971be355e214a7a364e3c0354cb9767778c98','0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','failed',2,'null','slack:U4',NULL,'manual',NULL,'4dd008309c45f7e3f28c61472db1b270',1767603600000000,1767603600000000,1767603600000000,'give-up failed: nothing is left to try','2:63f7c0460271a608cfbb0039bb423077fdf7a17c3847358b93338840d502530a',5,'6d57','d4b7395a994805691a836fcbc484b339b93f68f7',NULL,0,'','');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym02p2dw','lined_up','ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','waiting',1,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'2fa582776d5731ebcc22c2abdee1ccd2',1767603600000000,1767603600000000,NULL,'waits for people at may-enter','2:87daee411f2658e595185cb7b20b646dc658e10c426b5c1c34936320c0626a36',4,'p2dw','eb03d6345ccebd962ce0d0a76f923178f1899a4a',NULL,0,'','');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym09t6d4','lined_up','ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','pending',1,'{"item":"second","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'022de2720a3487a6fd8eb729536ad74e',1767603600000000,NULL,NULL,'','2:0a9818501ccd2f41ff426c7f820684b5ef76bd753995f80e56625849b04f55c5',1,'t6d4','bdcd8cf1b6141ecb2a151efd2b2345f179295395',NULL,0,'','');
INSERT INTO "run" VALUES('interrupted-1ke6p4ym069d06','interrupted','45c7eb4161ea6f6714b1a9147270c1f934c5852dd1b58143c4f3acbe6070fb0d','09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','running',1,'null','slack:U4',NULL,'manual',NULL,'d2522aba66243d3d9cf8d99b2369c951',1767603600000000,1767603600000000,NULL,'','2:77904332517e5ee72dd6a28640a2fb2588b502ccc1d46b50b377a0b0fc02583c',3,'9d06','8fd43bbf563b5724a8025011b46b9a0cf9ff854e',NULL,0,'','');
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
INSERT INTO "step_run" VALUES('breaks-1ke6p4ym0fvf19','measure','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 330, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ends-1ke6p4ym0b6d57','give_up','failed',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}','',NULL,'c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67',0,NULL,NULL);
INSERT INTO "step_run" VALUES('interrupted-1ke6p4ym069d06','copy','running',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c',0,NULL,NULL);
INSERT INTO "step_run" VALUES('lapses-1ke6p4ym0t11ah','may_lapse','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('lined_up-1ke6p4ym02p2dw','may_enter','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym08w8fx','may_pay','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"go on","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym08w8fx','transfer','retrying',1,1,0,1,1767603600000000,1767603600000000,1767604134946695,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 234, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 330, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 341, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 375, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73',0,NULL,NULL);
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0e0cpb','look','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"number":7,"title":"a valve"}',NULL,'',NULL,'703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc',0,NULL,NULL);
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0e0cpb','may_replace','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
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
INSERT INTO "wait" VALUES('expire:replace-1ke6p4ym0e0cpb.may_replace','expire','replace-1ke6p4ym0e0cpb','may_replace','replace-1ke6p4ym0e0cpb.may_replace',1767618000000000);
INSERT INTO "wait" VALUES('expire:lapses-1ke6p4ym0t11ah.may_lapse','expire','lapses-1ke6p4ym0t11ah','may_lapse','lapses-1ke6p4ym0t11ah.may_lapse',1767690000000000);
INSERT INTO "wait" VALUES('expire:breaks-1ke6p4ym0fvf19.measure.1','expire','breaks-1ke6p4ym0fvf19','measure','breaks-1ke6p4ym0fvf19.measure.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:breaks-1ke6p4ym0fvf19.measure.1','remind','breaks-1ke6p4ym0fvf19','measure','breaks-1ke6p4ym0fvf19.measure.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:repeats-1ke6p4ym08w8fx:transfer','retry','repeats-1ke6p4ym08w8fx','transfer',NULL,1767604134946695);
INSERT INTO "wait" VALUES('expire:lined_up-1ke6p4ym02p2dw.may_enter','expire','lined_up-1ke6p4ym02p2dw','may_enter','lined_up-1ke6p4ym02p2dw.may_enter',1767776400000000);
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
