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
INSERT INTO "code" VALUES('db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','{"look":"703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc","fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}');
INSERT INTO "code" VALUES('a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe","keep":"5f6d65de06241cb978ba7bc3fdbb884fc81545349599ec010798ed90d62ea80a"}');
INSERT INTO "code" VALUES('5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','{"measure":"badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968","report":"4a7f101cd1f0bb79bfade8ae4fecb4319cdc438007acc69d39507f7ca0077aa1"}');
INSERT INTO "code" VALUES('a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}');
INSERT INTO "code" VALUES('0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','{"give_up":"c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67"}');
INSERT INTO "code" VALUES('09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','{"copy":"8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c"}');
INSERT INTO "code" VALUES('83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}');
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
INSERT INTO "decision" VALUES('repeats-1ke6p4ym05w4pz.may_pay:1','repeats-1ke6p4ym05w4pz.may_pay','approve','slack:U1',NULL,'go on',1767603600000000,0,'["@release"]',NULL,'3401e9daba6e8af9721923906ad8c81c8bfe84abbb6406bdf575c0c3c6fdb999','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('ac93d29e1e20c8282a16ac619e5bc6256abe127044f8904a3d909da7b52919a2','replace','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"name":"replace","nodes":[{"after":[],"failure":null,"kind":"step","name":"look","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"52537e8464b7d58b5bd63a05e0da8afba32fb3649dd11f74ea9ed6a8074f84a9","takes_ctx":false,"takes_input":true,"timeout":null,"title":"look","when":null},{"after":[],"ask":"Replace {input.item} in {input.region}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":null,"hours":null,"kind":"approval","name":"may_replace","needs":[{"join":"value","parameter":"look","step":"look"}],"on_expiry":"rejected","one_time_code":false,"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Title","source":"look.title"},{"before":"","kind":"value","label":"On","source":"input.on"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-replace","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"fit","needs":[{"join":"value","parameter":"look","step":"look"},{"join":"value","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"7bcac864fc5c956a33f56f7687fd1967a184e24708b6462db827d09218b333d0","takes_ctx":false,"takes_input":false,"timeout":null,"title":"fit","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}},{"after":["fit"],"failure":null,"kind":"step","name":"bill","needs":[{"join":"settled","parameter":"fit","step":"fit"},{"join":"optional","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"caa725b702ca9d62319cf1cb6e9824dac6489eb9bfb3fcf8891723cfd9d6d6d8","takes_ctx":false,"takes_input":true,"timeout":null,"title":"bill","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"replace","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('f76fd86d37f367195cff26cc44bebef22ad7284f8c789a91d9aae21d9d295f8c','lapses','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"name":"lapses","nodes":[{"after":[],"ask":"Stop {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":86400.0,"form":null,"hours":null,"kind":"approval","name":"may_lapse","needs":[],"on_expiry":"rejected","one_time_code":false,"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"former":[],"needs":1}]}],"title":"may-lapse","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"stop","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"1841265ea243363a4950aa14812757f1a5770e3adbfc53dc9dd91330ae2607db","takes_ctx":false,"takes_input":true,"timeout":null,"title":"stop","when":{"kind":"outcome","outcome":"approved","step":"may_lapse"}},{"after":[],"failure":null,"kind":"step","name":"keep","needs":[{"join":"value","parameter":"may_lapse","step":"may_lapse"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"105d59ebd0b7f1e56fbd51c2f66cac38898a55f415ee716abbeb2453e684caac","takes_ctx":false,"takes_input":false,"timeout":null,"title":"keep","when":{"kind":"outcome","outcome":"rejected","step":"may_lapse"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"lapses","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('d14e7e266d631ff3390522f04bb80b129471249e278e14907aef5b75f09e7ce5','breaks','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"name":"breaks","nodes":[{"after":[],"failure":null,"kind":"step","name":"measure","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"d398f3fa7480bbe7bb2529de4fe74d6d9e16264b3603ea29b5232e696dafc5c6","takes_ctx":true,"takes_input":false,"timeout":null,"title":"measure","when":null},{"after":[],"failure":null,"kind":"step","name":"report","needs":[{"join":"value","parameter":"measure","step":"measure"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"abd88d4925d72009184dfdaf52b4a6391041114acb59c1e9fd5ba9fb7f705841","takes_ctx":false,"takes_input":false,"timeout":null,"title":"report","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"breaks","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('43a1732e46dce0ad5041a1a1ec5e7080561b328a043d6b9bdbc8b06b5ceaba52','repeats','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"name":"repeats","nodes":[{"after":[],"ask":"Pay for {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","name":"may_pay","needs":[],"on_expiry":null,"one_time_code":false,"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-pay","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"transfer","needs":[{"join":"value","parameter":"may_pay","step":"may_pay"}],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"b6d8fa2e39ec414470e895298a639d31ca09441154328daaf4bfe08c6062a947","takes_ctx":true,"takes_input":true,"timeout":null,"title":"transfer","when":{"kind":"outcome","outcome":"approved","step":"may_pay"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"repeats","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('594b69a3fffa0c13ae36a5f49e5ea05281903f2edbc75409d9060ffa5e137d96','ends','{"channel":"#deploys","concurrency":null,"failure":{"do":"fail","expires":null,"remind_every":null},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"name":"ends","nodes":[{"after":[],"failure":null,"kind":"step","name":"give_up","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"d398f3fa7480bbe7bb2529de4fe74d6d9e16264b3603ea29b5232e696dafc5c6","takes_ctx":false,"takes_input":false,"timeout":null,"title":"give-up","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ends","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('5fa64d09865bc54f22a8a592cb3154905353f4bd0764919cde5062caa0956138','interrupted','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"name":"interrupted","nodes":[{"after":[],"failure":null,"kind":"step","name":"copy","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"76d3dbd85a38144a52ad0e24fcbdfc85cfbf65a85dccda93f59e2d3aed506627","takes_ctx":true,"takes_input":false,"timeout":null,"title":"copy","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"interrupted","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('f7943a9faa73fd901eb9ba42f4f9eb53aee6529027f8905d015d1912ae67ff90','lined_up','{"channel":"#deploys","concurrency":1,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"name":"lined_up","nodes":[{"after":[],"ask":"Enter with {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","name":"may_enter","needs":[],"on_expiry":null,"one_time_code":false,"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-enter","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"enter","needs":[{"join":"value","parameter":"may_enter","step":"may_enter"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"131c09fdeca0ddd794358e3e269f67a2567c607747bcea426f937a4d4d2b7bb4","takes_ctx":false,"takes_input":true,"timeout":null,"title":"enter","when":{"kind":"outcome","outcome":"approved","step":"may_enter"}}],"overlap":"queue","owner":"@ops","parallel":null,"title":"lined-up","triggers":[]}',1767603600000000);
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
INSERT INTO "event" VALUES(1,'run.created',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym09qn2s','replace',NULL,NULL,'1eecdbcc7bef59b4bcc8b51a6400e45f','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'94e9fcb843f01573521a8857ca5e128d1371ea746c18a71ea6e137949e844607');
INSERT INTO "event" VALUES(2,'run.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym09qn2s','replace',NULL,NULL,'1eecdbcc7bef59b4bcc8b51a6400e45f','{}',2,'a5b123ce55fa76b9a69483b49d5b6f0f9d5346f3a4920720e73cd1e764b49a38');
INSERT INTO "event" VALUES(3,'step.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym09qn2s','replace','look',NULL,'1eecdbcc7bef59b4bcc8b51a6400e45f','{"attempt":1,"title":"look"}',3,'737719de207b433364652acbf88ccbdb3670012666f34f777298484ce75172ae');
INSERT INTO "event" VALUES(4,'step.succeeded',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym09qn2s','replace','look',NULL,'1eecdbcc7bef59b4bcc8b51a6400e45f','{"attempt":1,"title":"look","seconds":0.0,"log":[]}',4,'61a63596ce9ee4d5c6a2c9f00e5bf648ee0fe90f2c8fb7d190d2780889ba7f4a');
INSERT INTO "event" VALUES(5,'request.opened',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym09qn2s','replace','may_replace','replace-1ke6p4ym09qn2s.may_replace','1eecdbcc7bef59b4bcc8b51a6400e45f','{"kind":"approval"}',5,'8453629639c4f39458ce3e43eb31f3fc872087d039f4dad63645d18acb5c21cb');
INSERT INTO "event" VALUES(6,'run.waiting',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym09qn2s','replace',NULL,NULL,'1eecdbcc7bef59b4bcc8b51a6400e45f','{"reason":"waits for people at may-replace"}',6,'80aec4efd5c867f9560b5a92e40658f16316df4f087de3043cc324f86d5927b1');
INSERT INTO "event" VALUES(7,'run.created',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0w36xw','lapses',NULL,NULL,'d5a5c5739415533bae0fe5c8c6df2109','{"input":{"item":"fan","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'9f94f1cc726976aeab9597bac05e927fc8b46a8c28fa51de310f2a30a9f12676');
INSERT INTO "event" VALUES(8,'run.started',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0w36xw','lapses',NULL,NULL,'d5a5c5739415533bae0fe5c8c6df2109','{}',2,'0d4796d3660202f632edb4869daddfafa83d96f3e56e23dc6bc587eae1617c1f');
INSERT INTO "event" VALUES(9,'request.opened',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0w36xw','lapses','may_lapse','lapses-1ke6p4ym0w36xw.may_lapse','d5a5c5739415533bae0fe5c8c6df2109','{"kind":"approval"}',3,'b8bb8615849393cb5ac825fe35fa2246eefbfc45045ec27eb1b44f8943b9322e');
INSERT INTO "event" VALUES(10,'run.waiting',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0w36xw','lapses',NULL,NULL,'d5a5c5739415533bae0fe5c8c6df2109','{"reason":"waits for people at may-lapse"}',4,'0a7b964ad7ae07eff014a62bb9eee6d6e28e037396b5b5185b0db306128357db');
INSERT INTO "event" VALUES(11,'run.created',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0derz2','breaks',NULL,NULL,'fe300d658cf363b4679d6e9598c8e691','{"input":null,"trigger":"manual"}',1,'61fca2781d7df3f73013cb4f6ea65eed9256ade5156f8bf477493c4df6f3285b');
INSERT INTO "event" VALUES(12,'run.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0derz2','breaks',NULL,NULL,'fe300d658cf363b4679d6e9598c8e691','{}',2,'72ad4cabef9ab7975c63ff5ac1ddd3e48f46ffbc9a945bc380d134c01d3fba78');
INSERT INTO "event" VALUES(13,'step.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0derz2','breaks','measure',NULL,'fe300d658cf363b4679d6e9598c8e691','{"attempt":1,"title":"measure"}',3,'7826038906e627dd6911d7c8e34ee477ac20bcaeecd5d40d097788383acf7aca');
INSERT INTO "event" VALUES(14,'step.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0derz2','breaks','measure',NULL,'fe300d658cf363b4679d6e9598c8e691','{"log":[],"attempt":1,"title":"measure","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'0a7d29e58ac8c4368a8aacbe5cdd722fa1a87cc409a6f895c6ce64f1c371e7ac');
INSERT INTO "event" VALUES(15,'request.opened',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0derz2','breaks','measure','breaks-1ke6p4ym0derz2.measure.1','fe300d658cf363b4679d6e9598c8e691','{"kind":"failure"}',5,'8377923ac1feac5f3b34d32b5f9c21362b8fb4724abd835929add336ee3c6617');
INSERT INTO "event" VALUES(16,'run.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0derz2','breaks',NULL,NULL,'fe300d658cf363b4679d6e9598c8e691','{"reason":"waits for people at measure"}',6,'d08594f9a9aa8684ed5e315544d081e4843201b6957de567938f36041b101f15');
INSERT INTO "event" VALUES(17,'run.created',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym05w4pz','repeats',NULL,NULL,'3c3e21cc3a8d7e271ea40260b1deb79c','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'74ca434117abd1fd824d6c2dc23b1c5a1a4e4e04c233f42ff92f6af3b0288c50');
INSERT INTO "event" VALUES(18,'run.started',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym05w4pz','repeats',NULL,NULL,'3c3e21cc3a8d7e271ea40260b1deb79c','{}',2,'e3feaafaf67278a7700dfba3cee7c60986c819a7634c29efd5c9624897e4b4a0');
INSERT INTO "event" VALUES(19,'request.opened',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym05w4pz','repeats','may_pay','repeats-1ke6p4ym05w4pz.may_pay','3c3e21cc3a8d7e271ea40260b1deb79c','{"kind":"approval"}',3,'dc1a3c8fcbb77646b184de61d74a2569b42a1a26b996a3a596e51485d2e65bb7');
INSERT INTO "event" VALUES(20,'run.waiting',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym05w4pz','repeats',NULL,NULL,'3c3e21cc3a8d7e271ea40260b1deb79c','{"reason":"waits for people at may-pay"}',4,'a6e25697ee33e4134db005fe7a67773c142c1dcb30a3d9ed2c5836e567b8df2d');
INSERT INTO "event" VALUES(21,'request.decision',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym05w4pz','repeats','may_pay','repeats-1ke6p4ym05w4pz.may_pay','3c3e21cc3a8d7e271ea40260b1deb79c','{"digest":"3401e9daba6e8af9721923906ad8c81c8bfe84abbb6406bdf575c0c3c6fdb999","kind":"approval","choice":"approve","comment":"go on"}',5,'79ee37733ffd2db9e4b39695147a91496399a18837d5edad9e5b49e5093a887f');
INSERT INTO "event" VALUES(22,'request.decided',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym05w4pz','repeats','may_pay','repeats-1ke6p4ym05w4pz.may_pay','3c3e21cc3a8d7e271ea40260b1deb79c','{"outcome":"approved","kind":"approval","choice":"approve","comment":"go on"}',6,'cc5d0f9231183ac65ce98827a993674797702c4319957da513dcf952b3551965');
INSERT INTO "event" VALUES(23,'step.started',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym05w4pz','repeats','transfer',NULL,'3c3e21cc3a8d7e271ea40260b1deb79c','{"attempt":1,"title":"transfer"}',7,'a56ba752a176f4a1729e639b6d461368f9aa17699f6d50e6ef0f0c70761ef1a7');
INSERT INTO "event" VALUES(24,'run.resumed',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym05w4pz','repeats',NULL,NULL,'3c3e21cc3a8d7e271ea40260b1deb79c','{}',8,'ec994874979339242d31dcfa5d7c1a74828f6f1bd2fff4e6c5e9a0a6a23759f2');
INSERT INTO "event" VALUES(25,'step.retrying',1767603600000000,'engine:engine',NULL,'repeats-1ke6p4ym05w4pz','repeats','transfer',NULL,'3c3e21cc3a8d7e271ea40260b1deb79c','{"attempt":1,"title":"transfer","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:00:57.623988+00:00","log":[]}',9,'24feee3047d863ea2d7f249f90b9dc6c2c24b288678bf558e7b8f5b8295ef4b3');
INSERT INTO "event" VALUES(26,'run.created',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym029aee','ends',NULL,NULL,'58e38d5ee96aaec15acfd9141c36f51b','{"input":null,"trigger":"manual"}',1,'50427fed6874c1442b00080ca1c3f16572a08af08c89e1d77932115f1338bbbc');
INSERT INTO "event" VALUES(27,'run.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym029aee','ends',NULL,NULL,'58e38d5ee96aaec15acfd9141c36f51b','{}',2,'2f1f214b313d761515ea6fd0b35b79ee0f8e012075ff8c18a1bc90de937d1217');
INSERT INTO "event" VALUES(28,'step.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym029aee','ends','give_up',NULL,'58e38d5ee96aaec15acfd9141c36f51b','{"attempt":1,"title":"give-up"}',3,'daa734199ee2bdd1d2dd4ab53afd660e19b489337655f29e2131f7727e5b4b7e');
INSERT INTO "event" VALUES(29,'step.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym029aee','ends','give_up',NULL,'58e38d5ee96aaec15acfd9141c36f51b','{"log":[],"attempt":1,"title":"give-up","failure":{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}}',4,'8bbff92e1f3a92ad991373b6e92339b3c628bc652c7b6e842132e1ced7d2a3f0');
INSERT INTO "event" VALUES(30,'run.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym029aee','ends',NULL,NULL,'58e38d5ee96aaec15acfd9141c36f51b','{"reason":"give-up failed: nothing is left to try"}',5,'3dbe9809f7deadbecfa5da4ac7d2e7da1dd2efe5e5e286032568c9e1abc2915b');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym09kkvk','lined_up',NULL,NULL,'8b167c515259c6edabced6e8ba4f19d0','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'25f231b38852e714de2600118febc8bcf4d5736b33d29e00c3903bed0391a319');
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym09kkvk','lined_up',NULL,NULL,'8b167c515259c6edabced6e8ba4f19d0','{}',2,'b19e8efdf9d828cb7638d541e269b70638333b63a681599a8d1e280cce408788');
INSERT INTO "event" VALUES(33,'request.opened',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym09kkvk','lined_up','may_enter','lined_up-1ke6p4ym09kkvk.may_enter','8b167c515259c6edabced6e8ba4f19d0','{"kind":"approval"}',3,'79694b540c63b769f94531543da4047f598b0442bdbcb18798a5f6850d9e11ea');
INSERT INTO "event" VALUES(34,'run.waiting',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym09kkvk','lined_up',NULL,NULL,'8b167c515259c6edabced6e8ba4f19d0','{"reason":"waits for people at may-enter"}',4,'d8cea616e4d88252f4bc431870d2c4cd007f925494d0eb7553bba8f0a938614c');
INSERT INTO "event" VALUES(35,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0km42a','lined_up',NULL,NULL,'ee6f2ce00916840ee751e8347526eb41','{"input":{"item":"second","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'1d0d37df0bb17209f0eeafee730ee236f44897f59b3f4a4c31972cd106a320bd');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0vp00g','interrupted',NULL,NULL,'58f4109d8cb9a6680c4ff1e176bddeda','{"input":null,"trigger":"manual"}',1,'1984cfb09f9537fa64a5a0d5eeee296bf39c89bffcd556ea9cc55fb99d9dbf68');
INSERT INTO "event" VALUES(37,'run.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0vp00g','interrupted',NULL,NULL,'58f4109d8cb9a6680c4ff1e176bddeda','{}',2,'1dfac1b5c79177f3860b043ca6d335faf31d4cef8ee768143792cd46f5e2964e');
INSERT INTO "event" VALUES(38,'step.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0vp00g','interrupted','copy',NULL,'58f4109d8cb9a6680c4ff1e176bddeda','{"attempt":1,"title":"copy"}',3,'4e4cbeb29341cd8fae64f716886a158878eab5f2395bfbaf399c82973b30280c');
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
INSERT INTO "request" VALUES('replace-1ke6p4ym09qn2s.may_replace','approval','replace-1ke6p4ym09qn2s','replace','may_replace','open',1,'Replace valve in south?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ac93d29e1e20c8282a16ac619e5bc6256abe127044f8904a3d909da7b52919a2","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{"look":"fe3154bcad2514ac1133965e7e66f515b9fb196c3c666c64036eaa99d9457be3"},"code":{"fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Title","a valve","value"],["On","2026-01-07","value"]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('lapses-1ke6p4ym0w36xw.may_lapse','approval','lapses-1ke6p4ym0w36xw','lapses','may_lapse','open',1,'Stop fan?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"f76fd86d37f367195cff26cc44bebef22ad7284f8c789a91d9aae21d9d295f8c","input":"474ca6d6da0b9bb16fc780355def49185a6e4d1d9cbe38ce5818f6515c1113c4","outputs":{},"code":{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767690000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('breaks-1ke6p4ym0derz2.measure.1','failure','breaks-1ke6p4ym0derz2','breaks','measure','open',1,'breaks failed at measure','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('repeats-1ke6p4ym05w4pz.may_pay','approval','repeats-1ke6p4ym05w4pz','repeats','may_pay','decided',3,'Pay for valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"43a1732e46dce0ad5041a1a1ec5e7080561b328a043d6b9bdbc8b06b5ceaba52","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}},"digest":"3401e9daba6e8af9721923906ad8c81c8bfe84abbb6406bdf575c0c3c6fdb999","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('lined_up-1ke6p4ym09kkvk.may_enter','approval','lined_up-1ke6p4ym09kkvk','lined_up','may_enter','open',1,'Enter with valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"f7943a9faa73fd901eb9ba42f4f9eb53aee6529027f8905d015d1912ae67ff90","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
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
INSERT INTO "run" VALUES('replace-1ke6p4ym09qn2s','replace','ac93d29e1e20c8282a16ac619e5bc6256abe127044f8904a3d909da7b52919a2','db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','waiting',2,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'1eecdbcc7bef59b4bcc8b51a6400e45f',1767603600000000,1767603600000000,NULL,'waits for people at may-replace','80aec4efd5c867f9560b5a92e40658f16316df4f087de3043cc324f86d5927b1',6,'qn2s');
INSERT INTO "run" VALUES('lapses-1ke6p4ym0w36xw','lapses','f76fd86d37f367195cff26cc44bebef22ad7284f8c789a91d9aae21d9d295f8c','a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','waiting',1,'{"item":"fan","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'d5a5c5739415533bae0fe5c8c6df2109',1767603600000000,1767603600000000,NULL,'waits for people at may-lapse','0a7b964ad7ae07eff014a62bb9eee6d6e28e037396b5b5185b0db306128357db',4,'36xw');
INSERT INTO "run" VALUES('breaks-1ke6p4ym0derz2','breaks','d14e7e266d631ff3390522f04bb80b129471249e278e14907aef5b75f09e7ce5','5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','waiting',2,'null','slack:U4',NULL,'manual',NULL,'fe300d658cf363b4679d6e9598c8e691',1767603600000000,1767603600000000,NULL,'waits for people at measure','d08594f9a9aa8684ed5e315544d081e4843201b6957de567938f36041b101f15',6,'erz2');
INSERT INTO "run" VALUES('repeats-1ke6p4ym05w4pz','repeats','43a1732e46dce0ad5041a1a1ec5e7080561b328a043d6b9bdbc8b06b5ceaba52','a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','running',3,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'3c3e21cc3a8d7e271ea40260b1deb79c',1767603600000000,1767603600000000,NULL,'','24feee3047d863ea2d7f249f90b9dc6c2c24b288678bf558e7b8f5b8295ef4b3',9,'w4pz');
INSERT INTO "run" VALUES('ends-1ke6p4ym029aee','ends','594b69a3fffa0c13ae36a5f49e5ea05281903f2edbc75409d9060ffa5e137d96','0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','failed',2,'null','slack:U4',NULL,'manual',NULL,'58e38d5ee96aaec15acfd9141c36f51b',1767603600000000,1767603600000000,1767603600000000,'give-up failed: nothing is left to try','3dbe9809f7deadbecfa5da4ac7d2e7da1dd2efe5e5e286032568c9e1abc2915b',5,'9aee');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym09kkvk','lined_up','f7943a9faa73fd901eb9ba42f4f9eb53aee6529027f8905d015d1912ae67ff90','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','waiting',1,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'8b167c515259c6edabced6e8ba4f19d0',1767603600000000,1767603600000000,NULL,'waits for people at may-enter','d8cea616e4d88252f4bc431870d2c4cd007f925494d0eb7553bba8f0a938614c',4,'kkvk');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0km42a','lined_up','f7943a9faa73fd901eb9ba42f4f9eb53aee6529027f8905d015d1912ae67ff90','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','pending',1,'{"item":"second","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'ee6f2ce00916840ee751e8347526eb41',1767603600000000,NULL,NULL,'','1d0d37df0bb17209f0eeafee730ee236f44897f59b3f4a4c31972cd106a320bd',1,'m42a');
INSERT INTO "run" VALUES('interrupted-1ke6p4ym0vp00g','interrupted','5fa64d09865bc54f22a8a592cb3154905353f4bd0764919cde5062caa0956138','09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','running',1,'null','slack:U4',NULL,'manual',NULL,'58f4109d8cb9a6680c4ff1e176bddeda',1767603600000000,1767603600000000,NULL,'','4e4cbeb29341cd8fae64f716886a158878eab5f2395bfbaf399c82973b30280c',3,'p00g');
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
INSERT INTO "step_run" VALUES('breaks-1ke6p4ym0derz2','measure','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968');
INSERT INTO "step_run" VALUES('ends-1ke6p4ym029aee','give_up','failed',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}','',NULL,'c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67');
INSERT INTO "step_run" VALUES('interrupted-1ke6p4ym0vp00g','copy','running',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c');
INSERT INTO "step_run" VALUES('lapses-1ke6p4ym0w36xw','may_lapse','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('lined_up-1ke6p4ym09kkvk','may_enter','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym05w4pz','may_pay','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"go on","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym05w4pz','transfer','retrying',1,1,0,1,1767603600000000,1767603600000000,1767603657623988,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 211, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 280, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 311, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73');
INSERT INTO "step_run" VALUES('replace-1ke6p4ym09qn2s','look','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"number":7,"title":"a valve"}',NULL,'',NULL,'703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc');
INSERT INTO "step_run" VALUES('replace-1ke6p4ym09qn2s','may_replace','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
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
INSERT INTO "wait" VALUES('expire:replace-1ke6p4ym09qn2s.may_replace','expire','replace-1ke6p4ym09qn2s','may_replace','replace-1ke6p4ym09qn2s.may_replace',1767618000000000);
INSERT INTO "wait" VALUES('expire:lapses-1ke6p4ym0w36xw.may_lapse','expire','lapses-1ke6p4ym0w36xw','may_lapse','lapses-1ke6p4ym0w36xw.may_lapse',1767690000000000);
INSERT INTO "wait" VALUES('expire:breaks-1ke6p4ym0derz2.measure.1','expire','breaks-1ke6p4ym0derz2','measure','breaks-1ke6p4ym0derz2.measure.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:breaks-1ke6p4ym0derz2.measure.1','remind','breaks-1ke6p4ym0derz2','measure','breaks-1ke6p4ym0derz2.measure.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:repeats-1ke6p4ym05w4pz:transfer','retry','repeats-1ke6p4ym05w4pz','transfer',NULL,1767603657623988);
INSERT INTO "wait" VALUES('expire:lined_up-1ke6p4ym09kkvk.may_enter','expire','lined_up-1ke6p4ym09kkvk','may_enter','lined_up-1ke6p4ym09kkvk.may_enter',1767776400000000);
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
INSERT INTO "sqlite_sequence" VALUES('event',38);
COMMIT;
