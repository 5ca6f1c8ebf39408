BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0010');
CREATE TABLE code (
	digest VARCHAR NOT NULL, 
	steps TEXT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "code" VALUES('db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','{"look":"703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc","fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}','00d9fefaa7f88addb5044d2ca3353d975b0cf8d4');
INSERT INTO "code" VALUES('a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe","keep":"5f6d65de06241cb978ba7bc3fdbb884fc81545349599ec010798ed90d62ea80a"}','e2c1bcacf4cd6a9297c6c61d5ec6a8f54a44c5e3');
INSERT INTO "code" VALUES('5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','{"measure":"badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968","report":"4a7f101cd1f0bb79bfade8ae4fecb4319cdc438007acc69d39507f7ca0077aa1"}','bd4ea64aade4ca0f7eee8f8150e3d98ea5c7f110');
INSERT INTO "code" VALUES('a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}','3b3f4d412ecc076162a8af83133f6874d034fe57');
INSERT INTO "code" VALUES('0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','{"give_up":"c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67"}','97dffa7081dba45ec09937f304f3150db9e2e160');
INSERT INTO "code" VALUES('09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','{"copy":"8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c"}','0c320c9d7244f90805d2d10032592d21c97be468');
INSERT INTO "code" VALUES('83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}','b1ca157af1577ff89e9fd54c959a3db00380d667');
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
INSERT INTO "decision" VALUES('repeats-1ke6p4ym0ztbap.may_pay:1','repeats-1ke6p4ym0ztbap.may_pay','approve','slack:U1',NULL,'go on',1767603600000000,0,'["@release"]',NULL,'17a36feab7b35230b7c4d6f887c45efb99e03bf139de706eabbc91abb2ecba4b','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0','replace','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"replace","nodes":[{"after":[],"failure":null,"kind":"step","name":"look","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:6112a07516ab298664305be25091495a9c78ca0df8bf39c21f81bca9cdb0f0a3","takes_ctx":false,"takes_input":true,"timeout":null,"title":"look","when":null},{"after":[],"ask":"Replace {input.item} in {input.region}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_replace","needs":[{"join":"value","parameter":"look","step":"look"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Title","source":"look.title"},{"before":"","kind":"value","label":"On","source":"input.on"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-replace","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"fit","needs":[{"join":"value","parameter":"look","step":"look"},{"join":"value","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:deae1dfd9fc9b911093b80bf88374c7b97c40c4edcdafdd70fb67ae71569a5a9","takes_ctx":false,"takes_input":false,"timeout":null,"title":"fit","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}},{"after":["fit"],"failure":null,"kind":"step","name":"bill","needs":[{"join":"settled","parameter":"fit","step":"fit"},{"join":"optional","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2ddcfc3d3144a591d4dca97c5840ab44622724aa4f970acd70e9dae33bf8b6bc","takes_ctx":false,"takes_input":true,"timeout":null,"title":"bill","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"replace","triggers":[]}',1767603600000000,'ee8f7d644be4f10a222c3814445c6181228b8aa4');
INSERT INTO "definition" VALUES('88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998','lapses','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"lapses","nodes":[{"after":[],"ask":"Stop {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":86400.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_lapse","needs":[],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"former":[],"needs":1}]}],"title":"may-lapse","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"stop","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:905a717b28b9b4d0a1d8865e5415f563b635cac7eab32292dbf60f45858dcd3c","takes_ctx":false,"takes_input":true,"timeout":null,"title":"stop","when":{"kind":"outcome","outcome":"approved","step":"may_lapse"}},{"after":[],"failure":null,"kind":"step","name":"keep","needs":[{"join":"value","parameter":"may_lapse","step":"may_lapse"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:9ac2223576747a8085ab3671cba3a0d97e7f447677fe9a6753b0372c0f55a978","takes_ctx":false,"takes_input":false,"timeout":null,"title":"keep","when":{"kind":"outcome","outcome":"rejected","step":"may_lapse"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"lapses","triggers":[]}',1767603600000000,'56848542b46be711979f9811a5db5873d72c15f8');
INSERT INTO "definition" VALUES('8ae90e5e409115bd7f8bcd189ec1cb2aa2485156f3ea1fb6ca6a91c91a24d42d','breaks','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"breaks","nodes":[{"after":[],"failure":null,"kind":"step","name":"measure","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":true,"takes_input":false,"timeout":null,"title":"measure","when":null},{"after":[],"failure":null,"kind":"step","name":"report","needs":[{"join":"value","parameter":"measure","step":"measure"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:ef977b780c550f15ef7862e0e2b56ad69f5ceafd53f5dd9df696bbbe5dcab4e6","takes_ctx":false,"takes_input":false,"timeout":null,"title":"report","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"breaks","triggers":[]}',1767603600000000,'d9430866358a98d4ac9d47c872f4289c4b8f340b');
INSERT INTO "definition" VALUES('d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf','repeats','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"repeats","nodes":[{"after":[],"ask":"Pay for {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_pay","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-pay","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"transfer","needs":[{"join":"value","parameter":"may_pay","step":"may_pay"}],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:13ce7e91f0bd9f373b859736028cab85b3fa74a9b76dd24724e098e25e0193d7","takes_ctx":true,"takes_input":true,"timeout":null,"title":"transfer","when":{"kind":"outcome","outcome":"approved","step":"may_pay"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"repeats","triggers":[]}',1767603600000000,'80cf42c6d6374ff9ffe2c272f09aa498f0070d64');
INSERT INTO "definition" VALUES('5b4fe213c64582cb08a1328ddd4971be355e214a7a364e3c0354cb9767778c98','ends','{"channel":"#deploys","concurrency":null,"failure":{"do":"fail","expires":null,"remind_every":null},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"ends","nodes":[{"after":[],"failure":null,"kind":"step","name":"give_up","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"give-up","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ends","triggers":[]}',1767603600000000,'977f5ccfbf6558f04b1bf130b1a248a0ccf8b7ca');
INSERT INTO "definition" VALUES('45c7eb4161ea6f6714b1a9147270c1f934c5852dd1b58143c4f3acbe6070fb0d','interrupted','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"interrupted","nodes":[{"after":[],"failure":null,"kind":"step","name":"copy","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:e19e9a7f5dfa3454580bd8110e433dea4af61530544e70f70335fdeb612d7ac7","takes_ctx":true,"takes_input":false,"timeout":null,"title":"copy","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"interrupted","triggers":[]}',1767603600000000,'2aca7aa2bc439ef8c44f348cbb18a9ef88a094e6');
INSERT INTO "definition" VALUES('ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','lined_up','{"channel":"#deploys","concurrency":1,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"lined_up","nodes":[{"after":[],"ask":"Enter with {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_enter","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-enter","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"enter","needs":[{"join":"value","parameter":"may_enter","step":"may_enter"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:1a5073105b9c45f837ee725529a1efa7cc43881e9c761660c737642f0781b380","takes_ctx":false,"takes_input":true,"timeout":null,"title":"enter","when":{"kind":"outcome","outcome":"approved","step":"may_enter"}}],"overlap":"queue","owner":"@ops","parallel":null,"title":"lined-up","triggers":[]}',1767603600000000,'190a301551e210ad4663ee00f0c2f07be72f105c');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0t0m4v','replace',NULL,NULL,'10cf436cec445cf4ac406b5502b879ee','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:ad728787228c969a41715223f9069fe6e7675f97515c8e65fc1325569e1e9623',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0t0m4v','replace',NULL,NULL,'10cf436cec445cf4ac406b5502b879ee','{}',2,'2:4ebe4519d5307bb7a32e71de7dcc0d2dc23ac9e12135c831bdc640d29bae0f41',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0t0m4v','replace','look',NULL,'10cf436cec445cf4ac406b5502b879ee','{"attempt":1,"title":"look"}',3,'2:7a36ecd222df0c8bd9fcc89c8ea2f2b629a7ec8c78f20e03ad584177f29225fc','{"run":"d09460354bd55f6164673bd1038c0757efb9d12e","step.look":"fa4b61a81bab3e9d849f63caf60efb157ed95978"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0t0m4v','replace','look',NULL,'10cf436cec445cf4ac406b5502b879ee','{"attempt":1,"title":"look","seconds":0.0,"log":[]}',4,'2:dc0a0ce01354d6759e8be932b4bad499dd78407cb57580e0eb58ff23be1a72d9',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0t0m4v','replace','may_replace','replace-1ke6p4ym0t0m4v.may_replace','10cf436cec445cf4ac406b5502b879ee','{"kind":"approval"}',5,'2:5cd2a773ca3e90c52267437e24e17608cd1c58357071fa7e45891073a1e85c1e',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0t0m4v','replace',NULL,NULL,'10cf436cec445cf4ac406b5502b879ee','{"reason":"waits for people at may-replace"}',6,'2:37984f29fbe56c13ff86092eb82f7609e4ae5c536bb8a4b7599edd57ff27eb07','{"run":"d18c12b67557a188ce673d10bad7d2692e8cd712","step.look":"39a9b2d736da16e1b708887716de0a7edbd80cad","step.may_replace":"a84347bb9261a9793b17b02fd6c503454651b2ec","request.replace-1ke6p4ym0t0m4v.may_replace":"e35de95b3e86c38f9f8d088c464767fb158ab1ef","wait.expire:replace-1ke6p4ym0t0m4v.may_replace":"11775f61f6a6e2be9571773488405398c4df36c5"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0h3wz7','lapses',NULL,NULL,'19c4a270fb3938c59df965a9d9ee79e1','{"input":{"item":"fan","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'2:115e70f5a8726848263155706232ce24fac7c1da85d3a6eaf04a23f59e25f603',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0h3wz7','lapses',NULL,NULL,'19c4a270fb3938c59df965a9d9ee79e1','{}',2,'2:2269bcd048084568dd995c2377ec959b8919c27bee4002939af6c793409c4eba',NULL);
INSERT INTO "event" VALUES(10,'request.opened',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0h3wz7','lapses','may_lapse','lapses-1ke6p4ym0h3wz7.may_lapse','19c4a270fb3938c59df965a9d9ee79e1','{"kind":"approval"}',3,'2:775b237112afe076609303a7e2165926fcbade195b056c4e28558eca1820c3bd',NULL);
INSERT INTO "event" VALUES(11,'run.waiting',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0h3wz7','lapses',NULL,NULL,'19c4a270fb3938c59df965a9d9ee79e1','{"reason":"waits for people at may-lapse"}',4,'2:d9d36f2a08b5ecea09d326dcb28d68ef0c6dd72ba3c447944e61d522354ad760','{"run":"242ec6672cd70770089ab378e6e36256cf797fd7","step.may_lapse":"0a95abd204584c219389a2fca641526d269a3c93","request.lapses-1ke6p4ym0h3wz7.may_lapse":"9d3d754aa63a5038ad902b9a79a369768a23aebe","wait.expire:lapses-1ke6p4ym0h3wz7.may_lapse":"5c9cfedd683c1b882526365fed63b46adc77baea"}');
INSERT INTO "event" VALUES(12,'run.created',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0d94vz','breaks',NULL,NULL,'1ee36203b6a7ccec472cc9bcfbb288fb','{"input":null,"trigger":"manual"}',1,'2:d364a724a63223e872087c70587683958b2a25b33c69a5eb1af3803ea0b7616d',NULL);
INSERT INTO "event" VALUES(13,'run.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0d94vz','breaks',NULL,NULL,'1ee36203b6a7ccec472cc9bcfbb288fb','{}',2,'2:3c1d5e46760856a215d5f085d06a24dff1d75674c8e3f6cb89da35cc7ba5a8b0',NULL);
INSERT INTO "event" VALUES(14,'step.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0d94vz','breaks','measure',NULL,'1ee36203b6a7ccec472cc9bcfbb288fb','{"attempt":1,"title":"measure"}',3,'2:5751fdb172785651dc46ec3b0c9558fcd38687e38477ce816b1d182b16cc55b5','{"run":"0a54880a3e357421cf0f4d7c51a18640e5beb07b","step.measure":"4e277c83fd37899b719f3fc549d8572590919dd2"}');
INSERT INTO "event" VALUES(15,'step.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0d94vz','breaks','measure',NULL,'1ee36203b6a7ccec472cc9bcfbb288fb','{"log":[],"attempt":1,"title":"measure","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:c3a87708041a12f6050463d9b6cb717ac75d7bb86b7e483140d111695c0a90ac',NULL);
INSERT INTO "event" VALUES(16,'request.opened',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0d94vz','breaks','measure','breaks-1ke6p4ym0d94vz.measure.1','1ee36203b6a7ccec472cc9bcfbb288fb','{"kind":"failure"}',5,'2:72669e889aea7abe5d57fcf93d8b73e949d235f56130b4a531ba47c9f0955a14',NULL);
INSERT INTO "event" VALUES(17,'run.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0d94vz','breaks',NULL,NULL,'1ee36203b6a7ccec472cc9bcfbb288fb','{"reason":"waits for people at measure"}',6,'2:0dade5b854f89b83964bef0e4ffeb18d243988e31f1a7c8ae483925565ccc33c','{"run":"c98b54c8e3928fb2083210a3cb0f2465fc5ca434","step.measure":"54c482cedbc48a1e8a3921d3fd215455e90aad80","request.breaks-1ke6p4ym0d94vz.measure.1":"a9ffbc6c77a9935d815d96bab4824d4eac133a89","wait.expire:breaks-1ke6p4ym0d94vz.measure.1":"d69f2018d5e1c30776df5d88d8d1adf89e81330d","wait.remind:breaks-1ke6p4ym0d94vz.measure.1":"9c77adec08f8eb866b6a12dc04d742548b081e81"}');
INSERT INTO "event" VALUES(18,'run.created',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ztbap','repeats',NULL,NULL,'cdeef6b3c0aac18da8de5dbc3c4b4a12','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:19752d00fd0ae28787a5c9d68b47c22481f56e6f26d1f6e5b8073e5df12acc7c',NULL);
INSERT INTO "event" VALUES(19,'run.started',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ztbap','repeats',NULL,NULL,'cdeef6b3c0aac18da8de5dbc3c4b4a12','{}',2,'2:38e0bac17ee57b6a7b6bbb50dcee7eb0c5aa058dfd739b98fbd5bf7dc3343045',NULL);
INSERT INTO "event" VALUES(20,'request.opened',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ztbap','repeats','may_pay','repeats-1ke6p4ym0ztbap.may_pay','cdeef6b3c0aac18da8de5dbc3c4b4a12','{"kind":"approval"}',3,'2:b6b71ee339ba52e130b0de867c6bbc95088eb6145cb10719b27b5dd23ef56667',NULL);
INSERT INTO "event" VALUES(21,'run.waiting',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ztbap','repeats',NULL,NULL,'cdeef6b3c0aac18da8de5dbc3c4b4a12','{"reason":"waits for people at may-pay"}',4,'2:c6e8adb620d7a79f72e398f4c693412ca01de7343ca3d3c2e81955818ce8b195','{"run":"b7831a4517c66291dba641c5fe935bbd17712271","step.may_pay":"78b3890f8133ef27e1a9ee35a1f5df9361823ba7","request.repeats-1ke6p4ym0ztbap.may_pay":"6c800ef08d713ec7084d209054280d6580a63076","wait.expire:repeats-1ke6p4ym0ztbap.may_pay":"0fe2c0f2cc3d7e5e2a3f0bd705427798fa9979c4"}');
INSERT INTO "event" VALUES(22,'request.decision',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ztbap','repeats','may_pay','repeats-1ke6p4ym0ztbap.may_pay','cdeef6b3c0aac18da8de5dbc3c4b4a12','{"digest":"17a36feab7b35230b7c4d6f887c45efb99e03bf139de706eabbc91abb2ecba4b","kind":"approval","choice":"approve","comment":"go on"}',5,'2:84e6866b58f4296645f7b17322712173755e998abe753f18df5ecc53034839f7',NULL);
INSERT INTO "event" VALUES(23,'request.decided',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ztbap','repeats','may_pay','repeats-1ke6p4ym0ztbap.may_pay','cdeef6b3c0aac18da8de5dbc3c4b4a12','{"outcome":"approved","kind":"approval","choice":"approve","comment":"go on"}',6,'2:352c69ef983c3aa7ccf74873fb4c8c31fbab8ea237ec9712455924808403497f',NULL);
INSERT INTO "event" VALUES(24,'step.started',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ztbap','repeats','transfer',NULL,'cdeef6b3c0aac18da8de5dbc3c4b4a12','{"attempt":1,"title":"transfer"}',7,'2:22e5a7f1345ec75d01b5c49a1bdcc40e7d23490c93409c4b021ecc5726dc5a3f',NULL);
INSERT INTO "event" VALUES(25,'run.resumed',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ztbap','repeats',NULL,NULL,'cdeef6b3c0aac18da8de5dbc3c4b4a12','{}',8,'2:b7d56733857dbae84f212db8ceb4f1b57e4a4ff2cdf878e7c0a768a5f4b5abd9','{"run":"e0913bafc04fd71e6bb940543bc1e9e70196b5d6","step.may_pay":"4e267e5f4c5d7b347bd6e3861d0e80a6fbc82a45","step.transfer":"46360d3845803c81f51f22d1a9a16c49f6cd4b19","request.repeats-1ke6p4ym0ztbap.may_pay":"17b1885a75a8a76a09a34301ff10c3115fd1c4be","decision.repeats-1ke6p4ym0ztbap.may_pay:1":"725ecf24d812d6542036ff62f8bf1f9c2418d8ad","wait.expire:repeats-1ke6p4ym0ztbap.may_pay":null,"wait.remind:repeats-1ke6p4ym0ztbap.may_pay":null}');
INSERT INTO "event" VALUES(26,'step.retrying',1767603600000000,'engine:engine',NULL,'repeats-1ke6p4ym0ztbap','repeats','transfer',NULL,'cdeef6b3c0aac18da8de5dbc3c4b4a12','{"attempt":1,"title":"transfer","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:00:56.388115+00:00","log":[]}',9,'2:6971c4db969226e0b66f660f4111005a460a035251be91cb8f4116bc9aa16180','{"step.transfer":"dc6a9f708801c59ef71d055c86e64cc84916c1ab","wait.retry:repeats-1ke6p4ym0ztbap:transfer":"0f32601215fd85a1dc13d5fdcd409eb36cee1452"}');
INSERT INTO "event" VALUES(27,'run.created',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0cd0ea','ends',NULL,NULL,'3e3353fa7e8de7cf330584678bf5d7dd','{"input":null,"trigger":"manual"}',1,'2:bb00d9a2f53dbdd7af78162c718afc028bdd5d7f129394209e4de8c67577c4d1',NULL);
INSERT INTO "event" VALUES(28,'run.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0cd0ea','ends',NULL,NULL,'3e3353fa7e8de7cf330584678bf5d7dd','{}',2,'2:7ff2c50651514ab74ce8991322057a1fd6476b0be33ce0041c7c19a1e1b93844',NULL);
INSERT INTO "event" VALUES(29,'step.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0cd0ea','ends','give_up',NULL,'3e3353fa7e8de7cf330584678bf5d7dd','{"attempt":1,"title":"give-up"}',3,'2:7647a3b0616f1f4e74cff74a32744803bb1a54bc63901a414a705c6fd6274c89','{"run":"e416894b7a7934b1fa7201ba66a689982d251634","step.give_up":"5aab33b40c936d49b286f61635e1a1cda712a2d8"}');
INSERT INTO "event" VALUES(30,'step.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0cd0ea','ends','give_up',NULL,'3e3353fa7e8de7cf330584678bf5d7dd','{"log":[],"attempt":1,"title":"give-up","failure":{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}}',4,'2:46478fecf5d57247597daa495a1f4bce5088aa369ca97247781cc7748ed553b4',NULL);
INSERT INTO "event" VALUES(31,'run.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0cd0ea','ends',NULL,NULL,'3e3353fa7e8de7cf330584678bf5d7dd','{"reason":"give-up failed: nothing is left to try"}',5,'2:ddffc5fdabb2594ebc2b6c2fdb958c494c1b912048c86aec171c367eb674e039','{"run":"ca113df5003ffd5366f0f0f7e410d2607d7e8de5","step.give_up":"a6d999ba7dca37b23de5b7b51481066b024ae368"}');
INSERT INTO "event" VALUES(32,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym022zfb','lined_up',NULL,NULL,'c6a81e311d89f5c98db689e65463efa6','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:b772a8a565efa84f1f66c5f46e7704679b36e11f5629a21d8d9b729e1d12529f',NULL);
INSERT INTO "event" VALUES(33,'run.started',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym022zfb','lined_up',NULL,NULL,'c6a81e311d89f5c98db689e65463efa6','{}',2,'2:ecbfc7d76a7e764d9d237a7ba89b63f7189a4cab7371722f5437b42fc15d4173',NULL);
INSERT INTO "event" VALUES(34,'request.opened',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym022zfb','lined_up','may_enter','lined_up-1ke6p4ym022zfb.may_enter','c6a81e311d89f5c98db689e65463efa6','{"kind":"approval"}',3,'2:fd227a1a76944ee0cbd893ac7ae0a5bedfa9a300de3dba2adc5b15b8296a2ea5',NULL);
INSERT INTO "event" VALUES(35,'run.waiting',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym022zfb','lined_up',NULL,NULL,'c6a81e311d89f5c98db689e65463efa6','{"reason":"waits for people at may-enter"}',4,'2:39f2d0d766d251db22b54b6f812ddbb6aadfbcf671ae7f87b688172245e483af','{"run":"4ca830a74e91840c4cd01ee9a3c0f470a2fb55cb","step.may_enter":"2914dcfbdc09bea04a93852ad469dfeeeb60c494","request.lined_up-1ke6p4ym022zfb.may_enter":"08f93b7395f2cca693c977bcc6f462f6b009e7e1","wait.expire:lined_up-1ke6p4ym022zfb.may_enter":"1c94e9a251da0b637c9a6a0c3d9fa562bde665dd"}');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0br48c','lined_up',NULL,NULL,'96b3cd5ece751cc5bf81b2bf475b2c8a','{"input":{"item":"second","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'2:3d022b0af26f4d79c077276511bb8f8121ded10eea991ddda64c6f105c58c72a','{"run":"6e3a335055f1b46363e271fab2a78ca947e95b7a"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0ytg2x','interrupted',NULL,NULL,'9d65316a28e9df96eb4bb9c2895102ec','{"input":null,"trigger":"manual"}',1,'2:81d4fb093ce19da5a4a9a4c5f398a011c68a35440cc2e7ce2549f2b37ec42721',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0ytg2x','interrupted',NULL,NULL,'9d65316a28e9df96eb4bb9c2895102ec','{}',2,'2:fa177d00ce39d9e8f210d066301b2cf2f5c6ab35e569e5be8cc5a3a999247419',NULL);
INSERT INTO "event" VALUES(39,'step.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0ytg2x','interrupted','copy',NULL,'9d65316a28e9df96eb4bb9c2895102ec','{"attempt":1,"title":"copy"}',3,'2:12f4e01d8a8a13ca356702253eb5dc92977cf0d832a640087cacefe7a3b5ea85','{"run":"3dc30716d2ce421f6d9a709755399680b5704ba0","step.copy":"632e2f491df9e5f81f7a3516147b7e82cc7c9fd7"}');
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
INSERT INTO "log" VALUES(1,0,39,'0c5fd4fc9c55d6576adb53f23a6ef2b8187daea18204e4aaca67c7d583502ebc','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{}','f78b8c8a1f7fd00a','df246817f144da888290aa7f2d97e6ef80bc7f08');
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
INSERT INTO "request" VALUES('replace-1ke6p4ym0t0m4v.may_replace','approval','replace-1ke6p4ym0t0m4v','replace','may_replace','open',1,'Replace valve in south?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{"look":"fe3154bcad2514ac1133965e7e66f515b9fb196c3c666c64036eaa99d9457be3"},"code":{"fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Title","a valve","value"],["On","2026-01-07","value"]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('lapses-1ke6p4ym0h3wz7.may_lapse','approval','lapses-1ke6p4ym0h3wz7','lapses','may_lapse','open',1,'Stop fan?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998","input":"474ca6d6da0b9bb16fc780355def49185a6e4d1d9cbe38ce5818f6515c1113c4","outputs":{},"code":{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767690000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('breaks-1ke6p4ym0d94vz.measure.1','failure','breaks-1ke6p4ym0d94vz','breaks','measure','open',1,'breaks failed at measure','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('repeats-1ke6p4ym0ztbap.may_pay','approval','repeats-1ke6p4ym0ztbap','repeats','may_pay','decided',3,'Pay for valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}},"digest":"17a36feab7b35230b7c4d6f887c45efb99e03bf139de706eabbc91abb2ecba4b","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('lined_up-1ke6p4ym022zfb.may_enter','approval','lined_up-1ke6p4ym022zfb','lined_up','may_enter','open',1,'Enter with valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
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
	reason VARCHAR NOT NULL, head VARCHAR DEFAULT '' NOT NULL, events INTEGER DEFAULT '0' NOT NULL, tail VARCHAR DEFAULT '' NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, base TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "run" VALUES('replace-1ke6p4ym0t0m4v','replace','2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0','db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','waiting',2,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'10cf436cec445cf4ac406b5502b879ee',1767603600000000,1767603600000000,NULL,'waits for people at may-replace','2:37984f29fbe56c13ff86092eb82f7609e4ae5c536bb8a4b7599edd57ff27eb07',6,'0m4v','958c19a9fcfe650e9d0c92594d9ab664049b0ec1',NULL);
INSERT INTO "run" VALUES('lapses-1ke6p4ym0h3wz7','lapses','88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998','a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','waiting',1,'{"item":"fan","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'19c4a270fb3938c59df965a9d9ee79e1',1767603600000000,1767603600000000,NULL,'waits for people at may-lapse','2:d9d36f2a08b5ecea09d326dcb28d68ef0c6dd72ba3c447944e61d522354ad760',4,'3wz7','8d14e8c9d2241c38d776f020b0d1f14c7c56d52c',NULL);
INSERT INTO "run" VALUES('breaks-1ke6p4ym0d94vz','breaks','8ae90e5e409115bd7f8bcd189ec1cb2aa2485156f3ea1fb6ca6a91c91a24d42d','5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','waiting',2,'null','slack:U4',NULL,'manual',NULL,'1ee36203b6a7ccec472cc9bcfbb288fb',1767603600000000,1767603600000000,NULL,'waits for people at measure','2:0dade5b854f89b83964bef0e4ffeb18d243988e31f1a7c8ae483925565ccc33c',6,'94vz','858d929d0f6939014b4e356490069516c89b24a2',NULL);
INSERT INTO "run" VALUES('repeats-1ke6p4ym0ztbap','repeats','d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf','a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','running',3,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'cdeef6b3c0aac18da8de5dbc3c4b4a12',1767603600000000,1767603600000000,NULL,'','2:6971c4db969226e0b66f660f4111005a460a035251be91cb8f4116bc9aa16180',9,'tbap','246d41829ed8df5ea004e4903b007750d02ca259',NULL);
INSERT INTO "run" VALUES('ends-1ke6p4ym0cd0ea','ends','5b4fe213c64582cb08a1328ddd4971be355e214a7a364e3c0354cb9767778c98','0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','failed',2,'null','slack:U4',NULL,'manual',NULL,'3e3353fa7e8de7cf330584678bf5d7dd',1767603600000000,1767603600000000,1767603600000000,'give-up failed: nothing is left to try','2:ddffc5fdabb2594ebc2b6c2fdb958c494c1b912048c86aec171c367eb674e039',5,'d0ea','3c99bb06575d1de0655df678b2f7fa8f084434f1',NULL);
INSERT INTO "run" VALUES('lined_up-1ke6p4ym022zfb','lined_up','ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','waiting',1,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'c6a81e311d89f5c98db689e65463efa6',1767603600000000,1767603600000000,NULL,'waits for people at may-enter','2:39f2d0d766d251db22b54b6f812ddbb6aadfbcf671ae7f87b688172245e483af',4,'2zfb','d63c6a7005a37fafeafe8e0ce71a0598a8bb7e47',NULL);
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0br48c','lined_up','ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','pending',1,'{"item":"second","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'96b3cd5ece751cc5bf81b2bf475b2c8a',1767603600000000,NULL,NULL,'','2:3d022b0af26f4d79c077276511bb8f8121ded10eea991ddda64c6f105c58c72a',1,'r48c','cab63bb0318ef67bef3d70aee1df01047f1d6e4a',NULL);
INSERT INTO "run" VALUES('interrupted-1ke6p4ym0ytg2x','interrupted','45c7eb4161ea6f6714b1a9147270c1f934c5852dd1b58143c4f3acbe6070fb0d','09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','running',1,'null','slack:U4',NULL,'manual',NULL,'9d65316a28e9df96eb4bb9c2895102ec',1767603600000000,1767603600000000,NULL,'','2:12f4e01d8a8a13ca356702253eb5dc92977cf0d832a640087cacefe7a3b5ea85',3,'tg2x','bcbf7a2f05efd6852e84970959f5d32d41752e8b',NULL);
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
	code_digest VARCHAR NOT NULL, deaths INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (run_id, step)
)
 WITHOUT ROWID

;
INSERT INTO "step_run" VALUES('breaks-1ke6p4ym0d94vz','measure','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968',0);
INSERT INTO "step_run" VALUES('ends-1ke6p4ym0cd0ea','give_up','failed',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}','',NULL,'c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67',0);
INSERT INTO "step_run" VALUES('interrupted-1ke6p4ym0ytg2x','copy','running',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c',0);
INSERT INTO "step_run" VALUES('lapses-1ke6p4ym0h3wz7','may_lapse','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('lined_up-1ke6p4ym022zfb','may_enter','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0ztbap','may_pay','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"go on","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0ztbap','transfer','retrying',1,1,0,1,1767603600000000,1767603600000000,1767603656388115,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73',0);
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0t0m4v','look','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"number":7,"title":"a valve"}',NULL,'',NULL,'703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc',0);
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0t0m4v','may_replace','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
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
INSERT INTO "wait" VALUES('expire:replace-1ke6p4ym0t0m4v.may_replace','expire','replace-1ke6p4ym0t0m4v','may_replace','replace-1ke6p4ym0t0m4v.may_replace',1767618000000000);
INSERT INTO "wait" VALUES('expire:lapses-1ke6p4ym0h3wz7.may_lapse','expire','lapses-1ke6p4ym0h3wz7','may_lapse','lapses-1ke6p4ym0h3wz7.may_lapse',1767690000000000);
INSERT INTO "wait" VALUES('expire:breaks-1ke6p4ym0d94vz.measure.1','expire','breaks-1ke6p4ym0d94vz','measure','breaks-1ke6p4ym0d94vz.measure.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:breaks-1ke6p4ym0d94vz.measure.1','remind','breaks-1ke6p4ym0d94vz','measure','breaks-1ke6p4ym0d94vz.measure.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:repeats-1ke6p4ym0ztbap:transfer','retry','repeats-1ke6p4ym0ztbap','transfer',NULL,1767603656388115);
INSERT INTO "wait" VALUES('expire:lined_up-1ke6p4ym022zfb.may_enter','expire','lined_up-1ke6p4ym022zfb','may_enter','lined_up-1ke6p4ym022zfb.may_enter',1767776400000000);
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',39);
COMMIT;
