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
INSERT INTO "decision" VALUES('repeats-1ke6p4ym0v8k7f.may_pay:1','repeats-1ke6p4ym0v8k7f.may_pay','approve','slack:U1',NULL,'go on',1767603600000000,0,'["@release"]',NULL,'3b06b692e5662b476ef96eba988ffc7e79cd9786f4901f83e443719bcc51456f','');
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
INSERT INTO "event" VALUES(1,'run.created',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0jgg0p','replace',NULL,NULL,'fe71f6507a48d3121db50bce735e8dcc','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'4f3e70a06c9e077b76c59f80a9de7e2e920080817bedbaba98a372f3b7e49e87');
INSERT INTO "event" VALUES(2,'run.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0jgg0p','replace',NULL,NULL,'fe71f6507a48d3121db50bce735e8dcc','{}',2,'c1ddb7c8ec879031510db618cce8af84e19b778d1b347c557a967aaebd06f6db');
INSERT INTO "event" VALUES(3,'step.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0jgg0p','replace','look',NULL,'fe71f6507a48d3121db50bce735e8dcc','{"attempt":1,"title":"look"}',3,'e72e62dfaeabc4f89e41cf79031cc025b9d117d00851c627f41bc3cdfe5c54fd');
INSERT INTO "event" VALUES(4,'step.succeeded',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0jgg0p','replace','look',NULL,'fe71f6507a48d3121db50bce735e8dcc','{"attempt":1,"title":"look","seconds":0.0,"log":[]}',4,'5d78279077e97e3a269eb1aaf1f0a999d0e5fe268fcd9bacde7c0537f81fa486');
INSERT INTO "event" VALUES(5,'request.opened',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0jgg0p','replace','may_replace','replace-1ke6p4ym0jgg0p.may_replace','fe71f6507a48d3121db50bce735e8dcc','{"kind":"approval"}',5,'f1260f1a27b1893d306b22814ef6f4d9fd3e3a2da09ed64c8a2e596ae6726030');
INSERT INTO "event" VALUES(6,'run.waiting',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0jgg0p','replace',NULL,NULL,'fe71f6507a48d3121db50bce735e8dcc','{"reason":"waits for people at may-replace"}',6,'aba359e6ba60e4021d719dd6e5e75927698628ee481916c8dc085660df3fd4e4');
INSERT INTO "event" VALUES(7,'run.created',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0tsrap','lapses',NULL,NULL,'33a876391138c98d678c9f1877c3dd8d','{"input":{"item":"fan","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'028eef12fb6048930057966fa8eb86bff52bedf5f8a5d9879c327dc18150426f');
INSERT INTO "event" VALUES(8,'run.started',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0tsrap','lapses',NULL,NULL,'33a876391138c98d678c9f1877c3dd8d','{}',2,'d578ee56f75e2673c9342648b6e7b628a0f43266f401388140de57ee881b2fd0');
INSERT INTO "event" VALUES(9,'request.opened',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0tsrap','lapses','may_lapse','lapses-1ke6p4ym0tsrap.may_lapse','33a876391138c98d678c9f1877c3dd8d','{"kind":"approval"}',3,'af9125b3c8f7ffb77f77a2b125eee818c2a0198c24c978c3f19c20817a137ffe');
INSERT INTO "event" VALUES(10,'run.waiting',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0tsrap','lapses',NULL,NULL,'33a876391138c98d678c9f1877c3dd8d','{"reason":"waits for people at may-lapse"}',4,'07a7c2bc63a838727007085c22926cde40fece810005c6cc374c574490f132ae');
INSERT INTO "event" VALUES(11,'run.created',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0xp5pk','breaks',NULL,NULL,'6878c5d3d3df8238b010c449bb8aeb16','{"input":null,"trigger":"manual"}',1,'c5727a80fd685a053eed30023519786016ac83cd5e7bb3752047e17bb9c76275');
INSERT INTO "event" VALUES(12,'run.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0xp5pk','breaks',NULL,NULL,'6878c5d3d3df8238b010c449bb8aeb16','{}',2,'6824ed3f392a7ce647e1bc2fe3a1c9b5916c591949e2d4ac6b0f1c286fde4c50');
INSERT INTO "event" VALUES(13,'step.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0xp5pk','breaks','measure',NULL,'6878c5d3d3df8238b010c449bb8aeb16','{"attempt":1,"title":"measure"}',3,'4c43b4951bf3d3b8972f2eb09f41d6ebd9b60cedfa556dbdc8a70d7f7d69fc5b');
INSERT INTO "event" VALUES(14,'step.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0xp5pk','breaks','measure',NULL,'6878c5d3d3df8238b010c449bb8aeb16','{"log":[],"attempt":1,"title":"measure","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'e7922d9c81fb615ed1f1f06bd730d8b99ef9a53825ee0036a4a07e3fdf0e1343');
INSERT INTO "event" VALUES(15,'request.opened',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0xp5pk','breaks','measure','breaks-1ke6p4ym0xp5pk.measure.1','6878c5d3d3df8238b010c449bb8aeb16','{"kind":"failure"}',5,'b5a994e5faaab5fe48e6b4232464d405cc6ecc170b0513f3a03fbc8a8b877f39');
INSERT INTO "event" VALUES(16,'run.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0xp5pk','breaks',NULL,NULL,'6878c5d3d3df8238b010c449bb8aeb16','{"reason":"waits for people at measure"}',6,'9acc3173a37b32ddaf67f4ea8536a850be72d98af778c990f52b6ba33930cbf6');
INSERT INTO "event" VALUES(17,'run.created',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0v8k7f','repeats',NULL,NULL,'7d9f4d2375fcad12fa8a4df473e520af','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'3d45bc2fcdec9e204d365f2c3f9f929e5452101c5b5d886cb281dce68869e219');
INSERT INTO "event" VALUES(18,'run.started',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0v8k7f','repeats',NULL,NULL,'7d9f4d2375fcad12fa8a4df473e520af','{}',2,'d0b23fb04555c6a18711965aae31a39a90108c09373660ae3132ddda291dbbb3');
INSERT INTO "event" VALUES(19,'request.opened',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0v8k7f','repeats','may_pay','repeats-1ke6p4ym0v8k7f.may_pay','7d9f4d2375fcad12fa8a4df473e520af','{"kind":"approval"}',3,'65812c8b0ba2f09a995e18603211ba62f0e09ba59e14bdc5207ca209a5e1c9e1');
INSERT INTO "event" VALUES(20,'run.waiting',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0v8k7f','repeats',NULL,NULL,'7d9f4d2375fcad12fa8a4df473e520af','{"reason":"waits for people at may-pay"}',4,'5545b96fd6570bcb9ae42efa3e956f61922f7a5ce16fc93fa984a8c4e553647a');
INSERT INTO "event" VALUES(21,'request.decision',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0v8k7f','repeats','may_pay','repeats-1ke6p4ym0v8k7f.may_pay','7d9f4d2375fcad12fa8a4df473e520af','{"digest":"3b06b692e5662b476ef96eba988ffc7e79cd9786f4901f83e443719bcc51456f","kind":"approval","choice":"approve","comment":"go on"}',5,'0edd9fa4a6c27292c08fe190070c2d811a2a98b6c176c215a48a9def910d660f');
INSERT INTO "event" VALUES(22,'request.decided',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0v8k7f','repeats','may_pay','repeats-1ke6p4ym0v8k7f.may_pay','7d9f4d2375fcad12fa8a4df473e520af','{"outcome":"approved","kind":"approval","choice":"approve","comment":"go on"}',6,'e93ea23c74f6e05d52c451b7d65df1ada3d61a5401e7ca897acaa391f023ac85');
INSERT INTO "event" VALUES(23,'step.started',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0v8k7f','repeats','transfer',NULL,'7d9f4d2375fcad12fa8a4df473e520af','{"attempt":1,"title":"transfer"}',7,'9eadf894821cd74dfc31cb792b648ee4e532391a161aed94f4e7c028219f3231');
INSERT INTO "event" VALUES(24,'run.resumed',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0v8k7f','repeats',NULL,NULL,'7d9f4d2375fcad12fa8a4df473e520af','{}',8,'a57046fb53cbf2f4918753474286479f4934801f63724af413e5c4233f421ee5');
INSERT INTO "event" VALUES(25,'step.retrying',1767603600000000,'engine:engine',NULL,'repeats-1ke6p4ym0v8k7f','repeats','transfer',NULL,'7d9f4d2375fcad12fa8a4df473e520af','{"attempt":1,"title":"transfer","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:00:51.257604+00:00","log":[]}',9,'246a01b9f3cf8631b0bd32d6624b75edee7a511121780ad92c3b4a79cc66bf80');
INSERT INTO "event" VALUES(26,'run.created',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0m2dm9','ends',NULL,NULL,'ecbb9aafff87bb0c0a296c92a10613b8','{"input":null,"trigger":"manual"}',1,'5e9f2c39cfbdd6c4169eb1c14dfda556407d3d539bb72394124446868b4146cb');
INSERT INTO "event" VALUES(27,'run.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0m2dm9','ends',NULL,NULL,'ecbb9aafff87bb0c0a296c92a10613b8','{}',2,'45122d8d1cf2a59ac1a4bfef2d82db2b8a772d1158863b7e9848a6c642b98cc8');
INSERT INTO "event" VALUES(28,'step.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0m2dm9','ends','give_up',NULL,'ecbb9aafff87bb0c0a296c92a10613b8','{"attempt":1,"title":"give-up"}',3,'16fd61a96d4db5f748e28b78dd40b77e0ee13ae2c8d6bb62607a5403180f01dc');
INSERT INTO "event" VALUES(29,'step.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0m2dm9','ends','give_up',NULL,'ecbb9aafff87bb0c0a296c92a10613b8','{"log":[],"attempt":1,"title":"give-up","failure":{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}}',4,'5ae88ed8209c7a632b13c5f0bcd57aae0270ac3f40f328a8b42e76cce445b0e1');
INSERT INTO "event" VALUES(30,'run.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0m2dm9','ends',NULL,NULL,'ecbb9aafff87bb0c0a296c92a10613b8','{"reason":"give-up failed: nothing is left to try"}',5,'9b473c1b2efd2b708d9071b80159b3426ae0de95f3c587c022ceb0a1cb142756');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0hx665','lined_up',NULL,NULL,'1dd13db214764d9e20e0ffc3c52cf4c6','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'a13c5bd343980a1ea6050b2f732872fbf38559258bb4c78767be3846dcf691b6');
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0hx665','lined_up',NULL,NULL,'1dd13db214764d9e20e0ffc3c52cf4c6','{}',2,'d53f4e3d8a01e4a83b8e702b3ab96381c19dfcaf579147221771a8f97c76ed3d');
INSERT INTO "event" VALUES(33,'request.opened',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0hx665','lined_up','may_enter','lined_up-1ke6p4ym0hx665.may_enter','1dd13db214764d9e20e0ffc3c52cf4c6','{"kind":"approval"}',3,'07f63d064233de9bf9c0232c6bbdcd0ff28aab85332c9a42ba94468cab4c9485');
INSERT INTO "event" VALUES(34,'run.waiting',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0hx665','lined_up',NULL,NULL,'1dd13db214764d9e20e0ffc3c52cf4c6','{"reason":"waits for people at may-enter"}',4,'7dab055b3d5350c0bb87afac3528795e1ec33f09036a752aa82f53b535f0d6ca');
INSERT INTO "event" VALUES(35,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym000djm','lined_up',NULL,NULL,'9ab907fdb78eb16d3ea6ea2ac26c209c','{"input":{"item":"second","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'985ceb56db4af41c6ad61e406bc15e95d61c5813c548370593ff8165b4feb2a0');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0m2sbg','interrupted',NULL,NULL,'b8ce6f69006d95daa6d7875ca354d7d7','{"input":null,"trigger":"manual"}',1,'d74de55bfe7854508a66a22989068b4abc3bc6afb80c8ecb741f2516318fcbbe');
INSERT INTO "event" VALUES(37,'run.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0m2sbg','interrupted',NULL,NULL,'b8ce6f69006d95daa6d7875ca354d7d7','{}',2,'5539f5f9841c526e42f2474c64fc9752cf1a3b8208ec00ee7cf3dd0329bbab26');
INSERT INTO "event" VALUES(38,'step.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0m2sbg','interrupted','copy',NULL,'b8ce6f69006d95daa6d7875ca354d7d7','{"attempt":1,"title":"copy"}',3,'9e51b9be6c5f3bea5c824d57124533da6ba45f9b4c101380efa7aac672ff7d44');
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
INSERT INTO "request" VALUES('replace-1ke6p4ym0jgg0p.may_replace','approval','replace-1ke6p4ym0jgg0p','replace','may_replace','open',1,'Replace valve in south?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ac93d29e1e20c8282a16ac619e5bc6256abe127044f8904a3d909da7b52919a2","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{"look":"fe3154bcad2514ac1133965e7e66f515b9fb196c3c666c64036eaa99d9457be3"},"code":{"fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}},"digest":"","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Title","a valve","value"],["On","2026-01-07","value"]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('lapses-1ke6p4ym0tsrap.may_lapse','approval','lapses-1ke6p4ym0tsrap','lapses','may_lapse','open',1,'Stop fan?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"f76fd86d37f367195cff26cc44bebef22ad7284f8c789a91d9aae21d9d295f8c","input":"474ca6d6da0b9bb16fc780355def49185a6e4d1d9cbe38ce5818f6515c1113c4","outputs":{},"code":{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe"}},"digest":"","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767690000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('breaks-1ke6p4ym0xp5pk.measure.1','failure','breaks-1ke6p4ym0xp5pk','breaks','measure','open',1,'breaks failed at measure','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('repeats-1ke6p4ym0v8k7f.may_pay','approval','repeats-1ke6p4ym0v8k7f','repeats','may_pay','decided',3,'Pay for valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"43a1732e46dce0ad5041a1a1ec5e7080561b328a043d6b9bdbc8b06b5ceaba52","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}},"digest":"3b06b692e5662b476ef96eba988ffc7e79cd9786f4901f83e443719bcc51456f","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('lined_up-1ke6p4ym0hx665.may_enter','approval','lined_up-1ke6p4ym0hx665','lined_up','may_enter','open',1,'Enter with valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"f7943a9faa73fd901eb9ba42f4f9eb53aee6529027f8905d015d1912ae67ff90","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}},"digest":"","again":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
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
INSERT INTO "run" VALUES('replace-1ke6p4ym0jgg0p','replace','ac93d29e1e20c8282a16ac619e5bc6256abe127044f8904a3d909da7b52919a2','db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','waiting',2,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'fe71f6507a48d3121db50bce735e8dcc',1767603600000000,1767603600000000,NULL,'waits for people at may-replace','aba359e6ba60e4021d719dd6e5e75927698628ee481916c8dc085660df3fd4e4',6,'gg0p');
INSERT INTO "run" VALUES('lapses-1ke6p4ym0tsrap','lapses','f76fd86d37f367195cff26cc44bebef22ad7284f8c789a91d9aae21d9d295f8c','a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','waiting',1,'{"item":"fan","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'33a876391138c98d678c9f1877c3dd8d',1767603600000000,1767603600000000,NULL,'waits for people at may-lapse','07a7c2bc63a838727007085c22926cde40fece810005c6cc374c574490f132ae',4,'srap');
INSERT INTO "run" VALUES('breaks-1ke6p4ym0xp5pk','breaks','d14e7e266d631ff3390522f04bb80b129471249e278e14907aef5b75f09e7ce5','5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','waiting',2,'null','slack:U4',NULL,'manual',NULL,'6878c5d3d3df8238b010c449bb8aeb16',1767603600000000,1767603600000000,NULL,'waits for people at measure','9acc3173a37b32ddaf67f4ea8536a850be72d98af778c990f52b6ba33930cbf6',6,'p5pk');
INSERT INTO "run" VALUES('repeats-1ke6p4ym0v8k7f','repeats','43a1732e46dce0ad5041a1a1ec5e7080561b328a043d6b9bdbc8b06b5ceaba52','a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','running',3,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'7d9f4d2375fcad12fa8a4df473e520af',1767603600000000,1767603600000000,NULL,'','246a01b9f3cf8631b0bd32d6624b75edee7a511121780ad92c3b4a79cc66bf80',9,'8k7f');
INSERT INTO "run" VALUES('ends-1ke6p4ym0m2dm9','ends','594b69a3fffa0c13ae36a5f49e5ea05281903f2edbc75409d9060ffa5e137d96','0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','failed',2,'null','slack:U4',NULL,'manual',NULL,'ecbb9aafff87bb0c0a296c92a10613b8',1767603600000000,1767603600000000,1767603600000000,'give-up failed: nothing is left to try','9b473c1b2efd2b708d9071b80159b3426ae0de95f3c587c022ceb0a1cb142756',5,'2dm9');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0hx665','lined_up','f7943a9faa73fd901eb9ba42f4f9eb53aee6529027f8905d015d1912ae67ff90','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','waiting',1,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'1dd13db214764d9e20e0ffc3c52cf4c6',1767603600000000,1767603600000000,NULL,'waits for people at may-enter','7dab055b3d5350c0bb87afac3528795e1ec33f09036a752aa82f53b535f0d6ca',4,'x665');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym000djm','lined_up','f7943a9faa73fd901eb9ba42f4f9eb53aee6529027f8905d015d1912ae67ff90','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','pending',1,'{"item":"second","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'9ab907fdb78eb16d3ea6ea2ac26c209c',1767603600000000,NULL,NULL,'','985ceb56db4af41c6ad61e406bc15e95d61c5813c548370593ff8165b4feb2a0',1,'0djm');
INSERT INTO "run" VALUES('interrupted-1ke6p4ym0m2sbg','interrupted','5fa64d09865bc54f22a8a592cb3154905353f4bd0764919cde5062caa0956138','09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','running',1,'null','slack:U4',NULL,'manual',NULL,'b8ce6f69006d95daa6d7875ca354d7d7',1767603600000000,1767603600000000,NULL,'','9e51b9be6c5f3bea5c824d57124533da6ba45f9b4c101380efa7aac672ff7d44',3,'2sbg');
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
INSERT INTO "step_run" VALUES('breaks-1ke6p4ym0xp5pk','measure','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968');
INSERT INTO "step_run" VALUES('ends-1ke6p4ym0m2dm9','give_up','failed',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}','',NULL,'c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67');
INSERT INTO "step_run" VALUES('interrupted-1ke6p4ym0m2sbg','copy','running',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c');
INSERT INTO "step_run" VALUES('lapses-1ke6p4ym0tsrap','may_lapse','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('lined_up-1ke6p4ym0hx665','may_enter','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0v8k7f','may_pay','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"go on","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0v8k7f','transfer','retrying',1,1,0,1,1767603600000000,1767603600000000,1767603651257604,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 165, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 233, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 256, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73');
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0jgg0p','look','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"number":7,"title":"a valve"}',NULL,'',NULL,'703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc');
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0jgg0p','may_replace','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
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
INSERT INTO "wait" VALUES('expire:replace-1ke6p4ym0jgg0p.may_replace','expire','replace-1ke6p4ym0jgg0p','may_replace','replace-1ke6p4ym0jgg0p.may_replace',1767618000000000);
INSERT INTO "wait" VALUES('expire:lapses-1ke6p4ym0tsrap.may_lapse','expire','lapses-1ke6p4ym0tsrap','may_lapse','lapses-1ke6p4ym0tsrap.may_lapse',1767690000000000);
INSERT INTO "wait" VALUES('expire:breaks-1ke6p4ym0xp5pk.measure.1','expire','breaks-1ke6p4ym0xp5pk','measure','breaks-1ke6p4ym0xp5pk.measure.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:breaks-1ke6p4ym0xp5pk.measure.1','remind','breaks-1ke6p4ym0xp5pk','measure','breaks-1ke6p4ym0xp5pk.measure.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:repeats-1ke6p4ym0v8k7f:transfer','retry','repeats-1ke6p4ym0v8k7f','transfer',NULL,1767603651257604);
INSERT INTO "wait" VALUES('expire:lined_up-1ke6p4ym0hx665.may_enter','expire','lined_up-1ke6p4ym0hx665','may_enter','lined_up-1ke6p4ym0hx665.may_enter',1767776400000000);
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
