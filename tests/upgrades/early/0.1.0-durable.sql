BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
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
	at BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "decision" VALUES('repeats-1ke6p4ym0gwtkr.may_pay:1','repeats-1ke6p4ym0gwtkr.may_pay','approve','slack:U1',NULL,'go on',1767603600000000);
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('15a95239cbede9b87d72fc75bee768a0c4a880a46b5eaa5e8ec6255c274dfae6','replace','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"name":"replace","nodes":[{"after":[],"failure":null,"kind":"step","name":"look","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"52537e8464b7d58b5bd63a05e0da8afba32fb3649dd11f74ea9ed6a8074f84a9","takes_ctx":false,"takes_input":true,"timeout":null,"title":"look","when":null},{"after":[],"approvers":["@release"],"ask":"Replace {input.item} in {input.region}?","channel":null,"comment":{"reject":"required"},"expires":14400.0,"kind":"approval","name":"may_replace","needs":[{"join":"value","parameter":"look","step":"look"}],"on_expiry":"rejected","remind_every":null,"self_approval":false,"show":[{"label":"Title","source":"look.title"},{"label":"On","source":"input.on"}],"title":"may-replace","when":null},{"after":[],"failure":null,"kind":"step","name":"fit","needs":[{"join":"value","parameter":"look","step":"look"},{"join":"value","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"92c4e1ffcee71d12ff91f9606d812bfb82c8bec0f8092c29bc10970139219850","takes_ctx":false,"takes_input":false,"timeout":null,"title":"fit","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}},{"after":["fit"],"failure":null,"kind":"step","name":"bill","needs":[{"join":"settled","parameter":"fit","step":"fit"},{"join":"optional","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"69dca855df7b0dc79a6778e829cb3f0c62430f1d9a7bc388b7ad4a258c1a46e5","takes_ctx":false,"takes_input":true,"timeout":null,"title":"bill","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"replace","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('c604517dd1fb4704772c0d470b34e1864458776b2cfb9fee967dc9203a8b2326','lapses','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"name":"lapses","nodes":[{"after":[],"approvers":["@ops"],"ask":"Stop {input.item}?","channel":null,"comment":{"reject":"required"},"expires":86400.0,"kind":"approval","name":"may_lapse","needs":[],"on_expiry":"rejected","remind_every":null,"self_approval":false,"show":[],"title":"may-lapse","when":null},{"after":[],"failure":null,"kind":"step","name":"stop","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"1841265ea243363a4950aa14812757f1a5770e3adbfc53dc9dd91330ae2607db","takes_ctx":false,"takes_input":true,"timeout":null,"title":"stop","when":{"kind":"outcome","outcome":"approved","step":"may_lapse"}},{"after":[],"failure":null,"kind":"step","name":"keep","needs":[{"join":"value","parameter":"may_lapse","step":"may_lapse"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"87f1337667bf4533830b6660ca4405d629ffef49a1c8e6291ba0928709e312aa","takes_ctx":false,"takes_input":false,"timeout":null,"title":"keep","when":{"kind":"outcome","outcome":"rejected","step":"may_lapse"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"lapses","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('50e888b6f75950c9d3445cb90f4bea9f56adebbea07fa11240ddcd11331e284a','breaks','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"input_schema":null,"may_cancel":[],"may_run":[],"name":"breaks","nodes":[{"after":[],"failure":null,"kind":"step","name":"measure","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"d398f3fa7480bbe7bb2529de4fe74d6d9e16264b3603ea29b5232e696dafc5c6","takes_ctx":true,"takes_input":false,"timeout":null,"title":"measure","when":null},{"after":[],"failure":null,"kind":"step","name":"report","needs":[{"join":"value","parameter":"measure","step":"measure"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"abd88d4925d72009184dfdaf52b4a6391041114acb59c1e9fd5ba9fb7f705841","takes_ctx":false,"takes_input":false,"timeout":null,"title":"report","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"breaks","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('1579b8b4357acc4a07791919a6c1896eb3d287d1cca658a3198dbe865660f8b0','repeats','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"name":"repeats","nodes":[{"after":[],"approvers":["@release"],"ask":"Pay for {input.item}?","channel":null,"comment":{"reject":"required"},"expires":172800.0,"kind":"approval","name":"may_pay","needs":[],"on_expiry":null,"remind_every":null,"self_approval":false,"show":[],"title":"may-pay","when":null},{"after":[],"failure":null,"kind":"step","name":"transfer","needs":[{"join":"value","parameter":"may_pay","step":"may_pay"}],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2b2a2b789a1ae04fa3c207497127b5e38a442c5216e1d94a76827e8bf2a8c6fb","takes_ctx":true,"takes_input":true,"timeout":null,"title":"transfer","when":{"kind":"outcome","outcome":"approved","step":"may_pay"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"repeats","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('e418acd7bfd0dc525927b4e62fb0642b08bcbdb22c4064e10134dcd2706c959d','ends','{"channel":"#deploys","concurrency":null,"failure":{"do":"fail","expires":null,"remind_every":null},"input_schema":null,"may_cancel":[],"may_run":[],"name":"ends","nodes":[{"after":[],"failure":null,"kind":"step","name":"give_up","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"d398f3fa7480bbe7bb2529de4fe74d6d9e16264b3603ea29b5232e696dafc5c6","takes_ctx":false,"takes_input":false,"timeout":null,"title":"give-up","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ends","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('bfbad66e6ace145982c10c2e95449e1fdfdfc79ea73d6daba7cb21fb34471465','interrupted','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"input_schema":null,"may_cancel":[],"may_run":[],"name":"interrupted","nodes":[{"after":[],"failure":null,"kind":"step","name":"copy","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"76d3dbd85a38144a52ad0e24fcbdfc85cfbf65a85dccda93f59e2d3aed506627","takes_ctx":true,"takes_input":false,"timeout":null,"title":"copy","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"interrupted","triggers":[]}',1767603600000000);
INSERT INTO "definition" VALUES('13c8f2d394879d132d4460e3ef93a25a5e5debca6f0d7dcd6686881ef032c01c','lined_up','{"channel":"#deploys","concurrency":1,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"name":"lined_up","nodes":[{"after":[],"approvers":["@release"],"ask":"Enter with {input.item}?","channel":null,"comment":{"reject":"required"},"expires":172800.0,"kind":"approval","name":"may_enter","needs":[],"on_expiry":null,"remind_every":null,"self_approval":false,"show":[],"title":"may-enter","when":null},{"after":[],"failure":null,"kind":"step","name":"enter","needs":[{"join":"value","parameter":"may_enter","step":"may_enter"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"7c561a4926ce20445e31316c18e9517b1d183e55ef25a2c9ef51314b80341d89","takes_ctx":false,"takes_input":true,"timeout":null,"title":"enter","when":{"kind":"outcome","outcome":"approved","step":"may_enter"}}],"overlap":"queue","owner":"@ops","parallel":null,"title":"lined-up","triggers":[]}',1767603600000000);
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
INSERT INTO "event" VALUES(1,'run.created',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0rmkd0','replace',NULL,NULL,'23f79b799b2ba72391fc987383eb1732','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'177f8010fb1281cf49daef7b3d887d7313ab70ebc684c0760c30bcd3cd5b1676');
INSERT INTO "event" VALUES(2,'run.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0rmkd0','replace',NULL,NULL,'23f79b799b2ba72391fc987383eb1732','{}',2,'81ef6fc273e2ef7a5cf2b1c64356414b9c6b67762242829aa1110c47cb07fdb8');
INSERT INTO "event" VALUES(3,'step.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0rmkd0','replace','look',NULL,'23f79b799b2ba72391fc987383eb1732','{"attempt":1,"title":"look"}',3,'7a72b5ce088809afa7ca26408c958f9b8b64c7c5dae09023ca9cde2324b67306');
INSERT INTO "event" VALUES(4,'step.succeeded',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0rmkd0','replace','look',NULL,'23f79b799b2ba72391fc987383eb1732','{"attempt":1,"title":"look","seconds":0.0,"log":[]}',4,'6ceb09d98e4fc78c42bd6002f1ebbed34b6aa791a631ddf3d1a9318db1d11642');
INSERT INTO "event" VALUES(5,'request.opened',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0rmkd0','replace','may_replace','replace-1ke6p4ym0rmkd0.may_replace','23f79b799b2ba72391fc987383eb1732','{"kind":"approval"}',5,'fa10c55c7812b41107a66cb6ee954dd5e20d125963f33398c551faa00c086bad');
INSERT INTO "event" VALUES(6,'run.waiting',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0rmkd0','replace',NULL,NULL,'23f79b799b2ba72391fc987383eb1732','{"reason":"waits for people at may-replace"}',6,'e5d0b5169dc9d4ef6d13b668e3b4204b7f7ae2608bf067e18ce664ef89d8804f');
INSERT INTO "event" VALUES(7,'run.created',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0vk5vw','lapses',NULL,NULL,'245b5458d968d56108fe7c80b40048f3','{"input":{"item":"fan","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'49e6541b258409aa8d6e6f0a92394c7436a837adb32be1f77c84da0c6234c474');
INSERT INTO "event" VALUES(8,'run.started',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0vk5vw','lapses',NULL,NULL,'245b5458d968d56108fe7c80b40048f3','{}',2,'da01aef5fe97d42fca514d393612fb3becc55f67d5d6d9f47379ccfa5a595f8a');
INSERT INTO "event" VALUES(9,'request.opened',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0vk5vw','lapses','may_lapse','lapses-1ke6p4ym0vk5vw.may_lapse','245b5458d968d56108fe7c80b40048f3','{"kind":"approval"}',3,'9e9f9c877e9fa6cb5a76a3200f13816be305595048fe3fd873ddae98b4c7bd45');
INSERT INTO "event" VALUES(10,'run.waiting',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0vk5vw','lapses',NULL,NULL,'245b5458d968d56108fe7c80b40048f3','{"reason":"waits for people at may-lapse"}',4,'a66fac00d550d784a431a94b656e0c949f420990acaf35dbe4cf31988843b479');
INSERT INTO "event" VALUES(11,'run.created',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym07b5t4','breaks',NULL,NULL,'6d28285e4a86ccfe003ef646f6204b96','{"input":null,"trigger":"manual"}',1,'bf9d20488c00d638f0fbe1e3f4ef30803363edbb24802eb25ed6ec69ecc88178');
INSERT INTO "event" VALUES(12,'run.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym07b5t4','breaks',NULL,NULL,'6d28285e4a86ccfe003ef646f6204b96','{}',2,'6581386878032ac036f029d91f2e40a7f0b3257fbfdd695f2fa7ffc4521b7af8');
INSERT INTO "event" VALUES(13,'step.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym07b5t4','breaks','measure',NULL,'6d28285e4a86ccfe003ef646f6204b96','{"attempt":1,"title":"measure"}',3,'7c7c9919462bc47ab862b636a6291d804d04b74215417e075ccaa9603852a79b');
INSERT INTO "event" VALUES(14,'step.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym07b5t4','breaks','measure',NULL,'6d28285e4a86ccfe003ef646f6204b96','{"log":[],"attempt":1,"title":"measure","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 164, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 244, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 267, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'1fc5fc25bc14bc3287b41caf33057cb677717469f92efebf064550fba7c5ff50');
INSERT INTO "event" VALUES(15,'request.opened',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym07b5t4','breaks','measure','breaks-1ke6p4ym07b5t4.measure.1','6d28285e4a86ccfe003ef646f6204b96','{"kind":"failure"}',5,'a1bef0779f840e8c4f150bad863b6389a09769633353493347447065d1f95ce5');
INSERT INTO "event" VALUES(16,'run.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym07b5t4','breaks',NULL,NULL,'6d28285e4a86ccfe003ef646f6204b96','{"reason":"waits for people at measure"}',6,'0c96b38f23c0c691356cc77eb8b5a0bfef64039200dee24d23d24ac4df984e64');
INSERT INTO "event" VALUES(17,'run.created',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0gwtkr','repeats',NULL,NULL,'e2395af9b4111f409a96e65c8589f360','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'c8d9b3b6ebb1ed4b8cbc475eac3acd1a103fb73ad8299eeb40ba6b64b1875337');
INSERT INTO "event" VALUES(18,'run.started',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0gwtkr','repeats',NULL,NULL,'e2395af9b4111f409a96e65c8589f360','{}',2,'c5eefa60b5e4b99cbaba094f136f5728f45301803a717dd384b15391f0f119b9');
INSERT INTO "event" VALUES(19,'request.opened',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0gwtkr','repeats','may_pay','repeats-1ke6p4ym0gwtkr.may_pay','e2395af9b4111f409a96e65c8589f360','{"kind":"approval"}',3,'58357bc26453fb1e03511ea059760583c42df614d47e5d5aa966f17647ebc68e');
INSERT INTO "event" VALUES(20,'run.waiting',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0gwtkr','repeats',NULL,NULL,'e2395af9b4111f409a96e65c8589f360','{"reason":"waits for people at may-pay"}',4,'41a0bd650afa33d0aace45bde4ead4f26f83a27df9abffb86350d04c756cfd31');
INSERT INTO "event" VALUES(21,'request.decision',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0gwtkr','repeats','may_pay','repeats-1ke6p4ym0gwtkr.may_pay','e2395af9b4111f409a96e65c8589f360','{"kind":"approval","choice":"approve","comment":"go on"}',5,'efa00afc66ed8b7bb9376de180a39bdc5edfddd5cb993fd8974f106f3fdfa2e5');
INSERT INTO "event" VALUES(22,'request.decided',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0gwtkr','repeats','may_pay','repeats-1ke6p4ym0gwtkr.may_pay','e2395af9b4111f409a96e65c8589f360','{"outcome":"approved","kind":"approval","choice":"approve","comment":"go on"}',6,'3aa194bb0e4e9fc5620ad91b967bf53ed8aaf8ed81c0f7a786ed1f8c1488f1e5');
INSERT INTO "event" VALUES(23,'step.started',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0gwtkr','repeats','transfer',NULL,'e2395af9b4111f409a96e65c8589f360','{"attempt":1,"title":"transfer"}',7,'a4f5ea14bbc13ebd7964eb8c5e9f26f49491c120ba8e933f38071d0dce4e37b0');
INSERT INTO "event" VALUES(24,'run.resumed',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0gwtkr','repeats',NULL,NULL,'e2395af9b4111f409a96e65c8589f360','{}',8,'0c35e1e799e02e4e7f880fd9ad06a3880f572e3d591578bc96a396611f7c0eb9');
INSERT INTO "event" VALUES(25,'step.retrying',1767603600000000,'engine:engine',NULL,'repeats-1ke6p4ym0gwtkr','repeats','transfer',NULL,'e2395af9b4111f409a96e65c8589f360','{"attempt":1,"title":"transfer","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 164, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 244, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 267, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:00:49.028983+00:00","log":[]}',9,'59dea17bf95224fff25256985f18fcf379661313d1e06af99a12bb22b2dde5df');
INSERT INTO "event" VALUES(26,'run.created',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym06a3tf','ends',NULL,NULL,'f182ac703714ec77cfbe44fbc9d19c38','{"input":null,"trigger":"manual"}',1,'27848454d5eac6c73440f697ddc0ab15a0e104d75128e1e9ffdfe269081645f6');
INSERT INTO "event" VALUES(27,'run.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym06a3tf','ends',NULL,NULL,'f182ac703714ec77cfbe44fbc9d19c38','{}',2,'848f1c8d6cd64701bec7a3c34025bfce05311a32ded1fd483c8beb5dea5c51b9');
INSERT INTO "event" VALUES(28,'step.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym06a3tf','ends','give_up',NULL,'f182ac703714ec77cfbe44fbc9d19c38','{"attempt":1,"title":"give-up"}',3,'7a8ee0a03b5ce00a64ee62cf073e469816bef6de7efb7cc07a75b1b73d503639');
INSERT INTO "event" VALUES(29,'step.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym06a3tf','ends','give_up',NULL,'f182ac703714ec77cfbe44fbc9d19c38','{"log":[],"attempt":1,"title":"give-up","failure":{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 164, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 244, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 267, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}}',4,'fa59736d4de6b4b17b0659cba6787f685663f0690652328a9aed493374ae5c1c');
INSERT INTO "event" VALUES(30,'run.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym06a3tf','ends',NULL,NULL,'f182ac703714ec77cfbe44fbc9d19c38','{"reason":"give-up failed: nothing is left to try"}',5,'5f0499b984d7ef39f2d8e3b78a354b3c18293a78390a81d65d8167ff4bc8110d');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0d1cj1','lined_up',NULL,NULL,'cbdd45d3cae3882593aeb650278b8722','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'a22408d56b5b35aa711bbe1427da872af32ff8b6edc12422351e77337d524b27');
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0d1cj1','lined_up',NULL,NULL,'cbdd45d3cae3882593aeb650278b8722','{}',2,'c5442016cb0a26b552eca63b4c3d2542b3bedfb812904c4ea6ed53292270574e');
INSERT INTO "event" VALUES(33,'request.opened',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0d1cj1','lined_up','may_enter','lined_up-1ke6p4ym0d1cj1.may_enter','cbdd45d3cae3882593aeb650278b8722','{"kind":"approval"}',3,'eb416ad935c18457a106fbf6a438861476dc3f679f41989f2e3830433d696c46');
INSERT INTO "event" VALUES(34,'run.waiting',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0d1cj1','lined_up',NULL,NULL,'cbdd45d3cae3882593aeb650278b8722','{"reason":"waits for people at may-enter"}',4,'d2408cad05ce725dae99e3823bd66d9d1a1b92168cc2e1ffe52a9acc4bfeb99e');
INSERT INTO "event" VALUES(35,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0w8va9','lined_up',NULL,NULL,'f32e88702ebbacc9e05579e5a86670cf','{"input":{"item":"second","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'94abc64d7bf828a633f5f1d7dd6019a823e03622bab8463895b2beb2b1f0379b');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym08srwv','interrupted',NULL,NULL,'a0ac9942d26529a48d64983f9e02346f','{"input":null,"trigger":"manual"}',1,'bcf1e03fe9a8c80a8132643b03a7be09d8e1a2afe0d1f6952a596570410565db');
INSERT INTO "event" VALUES(37,'run.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym08srwv','interrupted',NULL,NULL,'a0ac9942d26529a48d64983f9e02346f','{}',2,'2a34dc11420a02161d6d7cda7fa83311013e8920d94f3f35c418c49b12897c1f');
INSERT INTO "event" VALUES(38,'step.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym08srwv','interrupted','copy',NULL,'a0ac9942d26529a48d64983f9e02346f','{"attempt":1,"title":"copy"}',3,'856545d97b2be8053e4ee9aa03a9aef34f2c981338c2a944963a0503bc9d67dc');
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
INSERT INTO "request" VALUES('replace-1ke6p4ym0rmkd0.may_replace','approval','replace-1ke6p4ym0rmkd0','replace','may_replace','open',1,'Replace valve in south?','{"choices":["approve","reject"],"approvers":["@release"],"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null}','slack:U4',NULL,1767603600000000,'[["Title","a valve"],["On","2026-01-07"]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('lapses-1ke6p4ym0vk5vw.may_lapse','approval','lapses-1ke6p4ym0vk5vw','lapses','may_lapse','open',1,'Stop fan?','{"choices":["approve","reject"],"approvers":["@ops"],"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null}','slack:U4',NULL,1767603600000000,'[]',NULL,1767690000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('breaks-1ke6p4ym07b5t4.measure.1','failure','breaks-1ke6p4ym07b5t4','breaks','measure','open',1,'breaks failed at measure','{"choices":["retry","skip","abort"],"approvers":["@ops"],"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 164, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 244, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 267, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('repeats-1ke6p4ym0gwtkr.may_pay','approval','repeats-1ke6p4ym0gwtkr','repeats','may_pay','decided',3,'Pay for valve?','{"choices":["approve","reject"],"approvers":["@release"],"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('lined_up-1ke6p4ym0d1cj1.may_enter','approval','lined_up-1ke6p4ym0d1cj1','lined_up','may_enter','open',1,'Enter with valve?','{"choices":["approve","reject"],"approvers":["@release"],"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
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
INSERT INTO "run" VALUES('replace-1ke6p4ym0rmkd0','replace','15a95239cbede9b87d72fc75bee768a0c4a880a46b5eaa5e8ec6255c274dfae6','db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','waiting',2,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'23f79b799b2ba72391fc987383eb1732',1767603600000000,1767603600000000,NULL,'waits for people at may-replace','e5d0b5169dc9d4ef6d13b668e3b4204b7f7ae2608bf067e18ce664ef89d8804f',6,'mkd0');
INSERT INTO "run" VALUES('lapses-1ke6p4ym0vk5vw','lapses','c604517dd1fb4704772c0d470b34e1864458776b2cfb9fee967dc9203a8b2326','a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','waiting',1,'{"item":"fan","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'245b5458d968d56108fe7c80b40048f3',1767603600000000,1767603600000000,NULL,'waits for people at may-lapse','a66fac00d550d784a431a94b656e0c949f420990acaf35dbe4cf31988843b479',4,'k5vw');
INSERT INTO "run" VALUES('breaks-1ke6p4ym07b5t4','breaks','50e888b6f75950c9d3445cb90f4bea9f56adebbea07fa11240ddcd11331e284a','5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','waiting',2,'null','slack:U4',NULL,'manual',NULL,'6d28285e4a86ccfe003ef646f6204b96',1767603600000000,1767603600000000,NULL,'waits for people at measure','0c96b38f23c0c691356cc77eb8b5a0bfef64039200dee24d23d24ac4df984e64',6,'b5t4');
INSERT INTO "run" VALUES('repeats-1ke6p4ym0gwtkr','repeats','1579b8b4357acc4a07791919a6c1896eb3d287d1cca658a3198dbe865660f8b0','a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','running',3,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'e2395af9b4111f409a96e65c8589f360',1767603600000000,1767603600000000,NULL,'','59dea17bf95224fff25256985f18fcf379661313d1e06af99a12bb22b2dde5df',9,'wtkr');
INSERT INTO "run" VALUES('ends-1ke6p4ym06a3tf','ends','e418acd7bfd0dc525927b4e62fb0642b08bcbdb22c4064e10134dcd2706c959d','0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','failed',2,'null','slack:U4',NULL,'manual',NULL,'f182ac703714ec77cfbe44fbc9d19c38',1767603600000000,1767603600000000,1767603600000000,'give-up failed: nothing is left to try','5f0499b984d7ef39f2d8e3b78a354b3c18293a78390a81d65d8167ff4bc8110d',5,'a3tf');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0d1cj1','lined_up','13c8f2d394879d132d4460e3ef93a25a5e5debca6f0d7dcd6686881ef032c01c','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','waiting',1,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'cbdd45d3cae3882593aeb650278b8722',1767603600000000,1767603600000000,NULL,'waits for people at may-enter','d2408cad05ce725dae99e3823bd66d9d1a1b92168cc2e1ffe52a9acc4bfeb99e',4,'1cj1');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0w8va9','lined_up','13c8f2d394879d132d4460e3ef93a25a5e5debca6f0d7dcd6686881ef032c01c','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','pending',1,'{"item":"second","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'f32e88702ebbacc9e05579e5a86670cf',1767603600000000,NULL,NULL,'','94abc64d7bf828a633f5f1d7dd6019a823e03622bab8463895b2beb2b1f0379b',1,'8va9');
INSERT INTO "run" VALUES('interrupted-1ke6p4ym08srwv','interrupted','bfbad66e6ace145982c10c2e95449e1fdfdfc79ea73d6daba7cb21fb34471465','09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','running',1,'null','slack:U4',NULL,'manual',NULL,'a0ac9942d26529a48d64983f9e02346f',1767603600000000,1767603600000000,NULL,'','856545d97b2be8053e4ee9aa03a9aef34f2c981338c2a944963a0503bc9d67dc',3,'srwv');
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
INSERT INTO "step_run" VALUES('breaks-1ke6p4ym07b5t4','measure','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 164, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 244, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 267, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968');
INSERT INTO "step_run" VALUES('ends-1ke6p4ym06a3tf','give_up','failed',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 164, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 244, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 267, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}','',NULL,'c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67');
INSERT INTO "step_run" VALUES('interrupted-1ke6p4ym08srwv','copy','running',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c');
INSERT INTO "step_run" VALUES('lapses-1ke6p4ym0vk5vw','may_lapse','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('lined_up-1ke6p4ym0d1cj1','may_enter','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0gwtkr','may_pay','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"go on","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0gwtkr','transfer','retrying',1,1,0,1,1767603600000000,1767603600000000,1767603649028983,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 164, in _outcome\n    result = await self._execute(attempt, code, lines)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 244, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 267, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73');
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0rmkd0','look','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"number":7,"title":"a valve"}',NULL,'',NULL,'703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc');
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0rmkd0','may_replace','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
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
INSERT INTO "wait" VALUES('expire:replace-1ke6p4ym0rmkd0.may_replace','expire','replace-1ke6p4ym0rmkd0','may_replace','replace-1ke6p4ym0rmkd0.may_replace',1767618000000000);
INSERT INTO "wait" VALUES('expire:lapses-1ke6p4ym0vk5vw.may_lapse','expire','lapses-1ke6p4ym0vk5vw','may_lapse','lapses-1ke6p4ym0vk5vw.may_lapse',1767690000000000);
INSERT INTO "wait" VALUES('expire:breaks-1ke6p4ym07b5t4.measure.1','expire','breaks-1ke6p4ym07b5t4','measure','breaks-1ke6p4ym07b5t4.measure.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:breaks-1ke6p4ym07b5t4.measure.1','remind','breaks-1ke6p4ym07b5t4','measure','breaks-1ke6p4ym07b5t4.measure.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:repeats-1ke6p4ym0gwtkr:transfer','retry','repeats-1ke6p4ym0gwtkr','transfer',NULL,1767603649028983);
INSERT INTO "wait" VALUES('expire:lined_up-1ke6p4ym0d1cj1.may_enter','expire','lined_up-1ke6p4ym0d1cj1','may_enter','lined_up-1ke6p4ym0d1cj1.may_enter',1767776400000000);
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',38);
COMMIT;
