BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
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
INSERT INTO "decision" VALUES('repeats-1ke6p4ym0ymeyc.may_pay:1','repeats-1ke6p4ym0ymeyc.may_pay','approve','slack:U1',NULL,'go on',1767603600000000);
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
INSERT INTO "event" VALUES(1,'run.created',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0kta26','replace',NULL,NULL,'ad7260526f03a9fba51db2f74caa7d0e','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'408ec4bf1465ae11a6695015c5138eba07170cf71d99491d422a592aa0c69789');
INSERT INTO "event" VALUES(2,'run.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0kta26','replace',NULL,NULL,'ad7260526f03a9fba51db2f74caa7d0e','{}',2,'79a7980d4eaa64c7c8b45e220a64da77b483a13b5dab932c812f960023b607d1');
INSERT INTO "event" VALUES(3,'step.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0kta26','replace','look',NULL,'ad7260526f03a9fba51db2f74caa7d0e','{"attempt":1,"title":"look"}',3,'8687a50262307c205035e6f0eaa69f776f6115a21061b7f7963170dbb89b4407');
INSERT INTO "event" VALUES(4,'step.succeeded',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0kta26','replace','look',NULL,'ad7260526f03a9fba51db2f74caa7d0e','{"attempt":1,"title":"look","seconds":0.0,"log":[]}',4,'3719f84ee4b339d32e191c79047e620c8f0aaa4d33d62d779747b5aa73b904ef');
INSERT INTO "event" VALUES(5,'request.opened',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0kta26','replace','may_replace','replace-1ke6p4ym0kta26.may_replace','ad7260526f03a9fba51db2f74caa7d0e','{"kind":"approval"}',5,'8523b598170691006ab5d72ee4551a544b38241e322fb04e0daa9c8473b52253');
INSERT INTO "event" VALUES(6,'run.waiting',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0kta26','replace',NULL,NULL,'ad7260526f03a9fba51db2f74caa7d0e','{"reason":"waits for people at may-replace"}',6,'71b63582da4ac8b06f1861a424f32c76942b6ecc8a69342e158b2a2415f55f55');
INSERT INTO "event" VALUES(7,'run.created',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0qd312','lapses',NULL,NULL,'6770adec59f2009f13126f140f6d5b12','{"input":{"item":"fan","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'6e33853d4ac089d4f86837d064d5f0bdadccccfa05a200c592521c2a013bc71d');
INSERT INTO "event" VALUES(8,'run.started',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0qd312','lapses',NULL,NULL,'6770adec59f2009f13126f140f6d5b12','{}',2,'817a10abca2c8bf097319e5290f5e9811416092b188993169ff74f9c39dda49f');
INSERT INTO "event" VALUES(9,'request.opened',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0qd312','lapses','may_lapse','lapses-1ke6p4ym0qd312.may_lapse','6770adec59f2009f13126f140f6d5b12','{"kind":"approval"}',3,'66a3027c04701632e371035aec2a46c8f83ef1f83a15125f8e032396995b3481');
INSERT INTO "event" VALUES(10,'run.waiting',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0qd312','lapses',NULL,NULL,'6770adec59f2009f13126f140f6d5b12','{"reason":"waits for people at may-lapse"}',4,'278e6b1f6b62b32a0474f404fc4e8ebf142dc96ef6ae6ee5f0704c517d2e551b');
INSERT INTO "event" VALUES(11,'run.created',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0cfhcj','breaks',NULL,NULL,'f40f5423fdefdb8cafb3a03c95b9936b','{"input":null,"trigger":"manual"}',1,'d45c0d4ae5f542192fb1f83275124e532ed0ce8a0fb9cc392ae59b0db4f8f1c8');
INSERT INTO "event" VALUES(12,'run.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0cfhcj','breaks',NULL,NULL,'f40f5423fdefdb8cafb3a03c95b9936b','{}',2,'591253aa47f9a8cfa4e835001796d1cbdc4b460fd23b32e81bc0ba0a53157c6e');
INSERT INTO "event" VALUES(13,'step.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0cfhcj','breaks','measure',NULL,'f40f5423fdefdb8cafb3a03c95b9936b','{"attempt":1,"title":"measure"}',3,'06e23ae75093ed7109434a1e164e84c52e599505daa831ad732c89fed9ce1008');
INSERT INTO "event" VALUES(14,'step.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0cfhcj','breaks','measure',NULL,'f40f5423fdefdb8cafb3a03c95b9936b','{"log":[],"attempt":1,"title":"measure","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 149, in _outcome\n    result = await self._execute(attempt, code, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 212, in _execute\n    return _result_of(work)\n           ^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 303, in _result_of\n    raise error\n  File \"/opt/signoff/engine/runtime/runner.py\", line 290, in _contained\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'99447948f09898ff9fc851ac8165eed577d5a3c3c3445c330a0a6105bf08b576');
INSERT INTO "event" VALUES(15,'request.opened',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0cfhcj','breaks','measure','breaks-1ke6p4ym0cfhcj.measure.1','f40f5423fdefdb8cafb3a03c95b9936b','{"kind":"failure"}',5,'f5ec43fba336352e20f83c9e8559b70733c4eed20f90dc2d81a1304544fadd56');
INSERT INTO "event" VALUES(16,'run.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0cfhcj','breaks',NULL,NULL,'f40f5423fdefdb8cafb3a03c95b9936b','{"reason":"waits for people at measure"}',6,'2f9bfe7481a77080c178e3e193205cf00bfe8b2b5c2eb0459198f7fc5823aa14');
INSERT INTO "event" VALUES(17,'run.created',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ymeyc','repeats',NULL,NULL,'7983e401b7ccbdbc9eb4317124019c91','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'774a6bd3e0a5697bd2fe492d2893d95458f6652cb3cde5a0b13bf825a879e027');
INSERT INTO "event" VALUES(18,'run.started',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ymeyc','repeats',NULL,NULL,'7983e401b7ccbdbc9eb4317124019c91','{}',2,'fe1f0744e8e9b89ee6757eb9eb7836d2f7605497b3d5611903b4b80aa3d5139b');
INSERT INTO "event" VALUES(19,'request.opened',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ymeyc','repeats','may_pay','repeats-1ke6p4ym0ymeyc.may_pay','7983e401b7ccbdbc9eb4317124019c91','{"kind":"approval"}',3,'41bd5a61ce170a46cc0316c000e64535eec7c6aa744db1861030910153ddbbe9');
INSERT INTO "event" VALUES(20,'run.waiting',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ymeyc','repeats',NULL,NULL,'7983e401b7ccbdbc9eb4317124019c91','{"reason":"waits for people at may-pay"}',4,'1aa41ca1c8d0a3304c856ce33a1d6acdf2e82a0ed75a1db3f2a0ddfd67efbd90');
INSERT INTO "event" VALUES(21,'request.decision',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ymeyc','repeats','may_pay','repeats-1ke6p4ym0ymeyc.may_pay','7983e401b7ccbdbc9eb4317124019c91','{"kind":"approval","choice":"approve","comment":"go on"}',5,'ed7d1d40b4505b120314d9aaa5272f6f8557f46bcfe0d1e0ae3a862bb6117cba');
INSERT INTO "event" VALUES(22,'request.decided',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ymeyc','repeats','may_pay','repeats-1ke6p4ym0ymeyc.may_pay','7983e401b7ccbdbc9eb4317124019c91','{"outcome":"approved","kind":"approval","choice":"approve","comment":"go on"}',6,'5eab164e4c23b1e2f68aad03ac71bce5409e08bd9dfa2219c2f6afa15f3021f5');
INSERT INTO "event" VALUES(23,'step.started',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ymeyc','repeats','transfer',NULL,'7983e401b7ccbdbc9eb4317124019c91','{"attempt":1,"title":"transfer"}',7,'d5c486e6b3cb1c9f9a1ebd713cf86e20b8a15dd59a790596c43ed3fd2b423509');
INSERT INTO "event" VALUES(24,'run.resumed',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ymeyc','repeats',NULL,NULL,'7983e401b7ccbdbc9eb4317124019c91','{}',8,'aee057b0afe900ba2f566ac7b3e039d479d7832b0b2c456d64ea0a7ed674f2a4');
INSERT INTO "event" VALUES(25,'step.retrying',1767603600000000,'engine:engine',NULL,'repeats-1ke6p4ym0ymeyc','repeats','transfer',NULL,'7983e401b7ccbdbc9eb4317124019c91','{"attempt":1,"title":"transfer","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 149, in _outcome\n    result = await self._execute(attempt, code, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 212, in _execute\n    return _result_of(work)\n           ^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 303, in _result_of\n    raise error\n  File \"/opt/signoff/engine/runtime/runner.py\", line 290, in _contained\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:00:54.873473+00:00","log":[]}',9,'2181e6c6c32d41265c4509c9c647d8b00bc333a99228357bac637333fcdd7611');
INSERT INTO "event" VALUES(26,'run.created',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym07bed9','ends',NULL,NULL,'a2477145ccbbce91d284a412a6b6e5b5','{"input":null,"trigger":"manual"}',1,'b921cf99797d7eafbb8bb1519efa7940740c1a38cfaec1063e0600404bcaabc9');
INSERT INTO "event" VALUES(27,'run.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym07bed9','ends',NULL,NULL,'a2477145ccbbce91d284a412a6b6e5b5','{}',2,'fbbfc1333da547c5fca52d81f934b444240404bae0922d220b8926d8cc29131a');
INSERT INTO "event" VALUES(28,'step.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym07bed9','ends','give_up',NULL,'a2477145ccbbce91d284a412a6b6e5b5','{"attempt":1,"title":"give-up"}',3,'12bb102944a476e29543c3fcc0b7893ac5ccc63e379d238e0b93aa1f1d8db193');
INSERT INTO "event" VALUES(29,'step.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym07bed9','ends','give_up',NULL,'a2477145ccbbce91d284a412a6b6e5b5','{"log":[],"attempt":1,"title":"give-up","failure":{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 149, in _outcome\n    result = await self._execute(attempt, code, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 212, in _execute\n    return _result_of(work)\n           ^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 303, in _result_of\n    raise error\n  File \"/opt/signoff/engine/runtime/runner.py\", line 290, in _contained\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}}',4,'0ffd9a07b6eae25411cc26dee5eb74a72c84b2a126a11adcad37470090863853');
INSERT INTO "event" VALUES(30,'run.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym07bed9','ends',NULL,NULL,'a2477145ccbbce91d284a412a6b6e5b5','{"reason":"give-up failed: nothing is left to try"}',5,'62fef8788ff7ff9615ce1d6c73519fa6379e00872d2b77a2ebadac39f74baacd');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0f9vz8','lined_up',NULL,NULL,'d7dbe0856454e001436f9c6f61982ff2','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'d7f67787805743621cad73232e3f4cdcdaed7290944a3a27341ffb6a30f55079');
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0f9vz8','lined_up',NULL,NULL,'d7dbe0856454e001436f9c6f61982ff2','{}',2,'2407e72c1b020e9aa08dfc6037ff3d6b5b41d53961a59b62f036ae2d08b44f71');
INSERT INTO "event" VALUES(33,'request.opened',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0f9vz8','lined_up','may_enter','lined_up-1ke6p4ym0f9vz8.may_enter','d7dbe0856454e001436f9c6f61982ff2','{"kind":"approval"}',3,'39497cabe4424d248b56bb0cfbc78ff3d6a269af3924c0e9f4c5f5df137f5a14');
INSERT INTO "event" VALUES(34,'run.waiting',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0f9vz8','lined_up',NULL,NULL,'d7dbe0856454e001436f9c6f61982ff2','{"reason":"waits for people at may-enter"}',4,'6728984825930a61f59ddf735bd4fcd333eebc71f0f6fc3fde974f88216b99f0');
INSERT INTO "event" VALUES(35,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0zdskv','lined_up',NULL,NULL,'511c3fbd6085413ca41ef0688fb84496','{"input":{"item":"second","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'0cd12a44ea7fd02216b9288ff50b89a12537e6b92c128a1554f22b5a685d28de');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0rp4t0','interrupted',NULL,NULL,'b0cf64a28b6d823a6e4b47cfc939d49e','{"input":null,"trigger":"manual"}',1,'be5b4a60ac0ba080eb141194e3aaceace608cb0a41fe463b9d6e61120dcdcdfa');
INSERT INTO "event" VALUES(37,'run.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0rp4t0','interrupted',NULL,NULL,'b0cf64a28b6d823a6e4b47cfc939d49e','{}',2,'cf22f92dcaed73b858c7850ee94790c47cec20689957a2e79315a46133be5b17');
INSERT INTO "event" VALUES(38,'step.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym0rp4t0','interrupted','copy',NULL,'b0cf64a28b6d823a6e4b47cfc939d49e','{"attempt":1,"title":"copy"}',3,'27ee007c4cff746a5db7652250ff434d9257aed04d722fa0f0c4a00b26c32821');
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
INSERT INTO "request" VALUES('replace-1ke6p4ym0kta26.may_replace','approval','replace-1ke6p4ym0kta26','replace','may_replace','open',1,'Replace valve in south?','{"choices":["approve","reject"],"approvers":["@release"],"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null}','slack:U4',NULL,1767603600000000,'[["Title","a valve"],["On","2026-01-07"]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('lapses-1ke6p4ym0qd312.may_lapse','approval','lapses-1ke6p4ym0qd312','lapses','may_lapse','open',1,'Stop fan?','{"choices":["approve","reject"],"approvers":["@ops"],"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null}','slack:U4',NULL,1767603600000000,'[]',NULL,1767690000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('breaks-1ke6p4ym0cfhcj.measure.1','failure','breaks-1ke6p4ym0cfhcj','breaks','measure','open',1,'breaks failed at measure','{"choices":["retry","skip","abort"],"approvers":["@ops"],"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 149, in _outcome\n    result = await self._execute(attempt, code, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 212, in _execute\n    return _result_of(work)\n           ^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 303, in _result_of\n    raise error\n  File \"/opt/signoff/engine/runtime/runner.py\", line 290, in _contained\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('repeats-1ke6p4ym0ymeyc.may_pay','approval','repeats-1ke6p4ym0ymeyc','repeats','may_pay','decided',3,'Pay for valve?','{"choices":["approve","reject"],"approvers":["@release"],"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('lined_up-1ke6p4ym0f9vz8.may_enter','approval','lined_up-1ke6p4ym0f9vz8','lined_up','may_enter','open',1,'Enter with valve?','{"choices":["approve","reject"],"approvers":["@release"],"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
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
	reason VARCHAR NOT NULL, head VARCHAR DEFAULT '' NOT NULL, events INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "run" VALUES('replace-1ke6p4ym0kta26','replace','15a95239cbede9b87d72fc75bee768a0c4a880a46b5eaa5e8ec6255c274dfae6','db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','waiting',2,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'ad7260526f03a9fba51db2f74caa7d0e',1767603600000000,1767603600000000,NULL,'waits for people at may-replace','71b63582da4ac8b06f1861a424f32c76942b6ecc8a69342e158b2a2415f55f55',6);
INSERT INTO "run" VALUES('lapses-1ke6p4ym0qd312','lapses','c604517dd1fb4704772c0d470b34e1864458776b2cfb9fee967dc9203a8b2326','a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','waiting',1,'{"item":"fan","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'6770adec59f2009f13126f140f6d5b12',1767603600000000,1767603600000000,NULL,'waits for people at may-lapse','278e6b1f6b62b32a0474f404fc4e8ebf142dc96ef6ae6ee5f0704c517d2e551b',4);
INSERT INTO "run" VALUES('breaks-1ke6p4ym0cfhcj','breaks','50e888b6f75950c9d3445cb90f4bea9f56adebbea07fa11240ddcd11331e284a','5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','waiting',2,'null','slack:U4',NULL,'manual',NULL,'f40f5423fdefdb8cafb3a03c95b9936b',1767603600000000,1767603600000000,NULL,'waits for people at measure','2f9bfe7481a77080c178e3e193205cf00bfe8b2b5c2eb0459198f7fc5823aa14',6);
INSERT INTO "run" VALUES('repeats-1ke6p4ym0ymeyc','repeats','1579b8b4357acc4a07791919a6c1896eb3d287d1cca658a3198dbe865660f8b0','a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','running',3,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'7983e401b7ccbdbc9eb4317124019c91',1767603600000000,1767603600000000,NULL,'','2181e6c6c32d41265c4509c9c647d8b00bc333a99228357bac637333fcdd7611',9);
INSERT INTO "run" VALUES('ends-1ke6p4ym07bed9','ends','e418acd7bfd0dc525927b4e62fb0642b08bcbdb22c4064e10134dcd2706c959d','0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','failed',2,'null','slack:U4',NULL,'manual',NULL,'a2477145ccbbce91d284a412a6b6e5b5',1767603600000000,1767603600000000,1767603600000000,'give-up failed: nothing is left to try','62fef8788ff7ff9615ce1d6c73519fa6379e00872d2b77a2ebadac39f74baacd',5);
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0f9vz8','lined_up','13c8f2d394879d132d4460e3ef93a25a5e5debca6f0d7dcd6686881ef032c01c','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','waiting',1,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'d7dbe0856454e001436f9c6f61982ff2',1767603600000000,1767603600000000,NULL,'waits for people at may-enter','6728984825930a61f59ddf735bd4fcd333eebc71f0f6fc3fde974f88216b99f0',4);
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0zdskv','lined_up','13c8f2d394879d132d4460e3ef93a25a5e5debca6f0d7dcd6686881ef032c01c','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','pending',1,'{"item":"second","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'511c3fbd6085413ca41ef0688fb84496',1767603600000000,NULL,NULL,'','0cd12a44ea7fd02216b9288ff50b89a12537e6b92c128a1554f22b5a685d28de',1);
INSERT INTO "run" VALUES('interrupted-1ke6p4ym0rp4t0','interrupted','bfbad66e6ace145982c10c2e95449e1fdfdfc79ea73d6daba7cb21fb34471465','09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','running',1,'null','slack:U4',NULL,'manual',NULL,'b0cf64a28b6d823a6e4b47cfc939d49e',1767603600000000,1767603600000000,NULL,'','27ee007c4cff746a5db7652250ff434d9257aed04d722fa0f0c4a00b26c32821',3);
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
INSERT INTO "step_run" VALUES('breaks-1ke6p4ym0cfhcj','measure','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 149, in _outcome\n    result = await self._execute(attempt, code, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 212, in _execute\n    return _result_of(work)\n           ^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 303, in _result_of\n    raise error\n  File \"/opt/signoff/engine/runtime/runner.py\", line 290, in _contained\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968');
INSERT INTO "step_run" VALUES('ends-1ke6p4ym07bed9','give_up','failed',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 149, in _outcome\n    result = await self._execute(attempt, code, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 212, in _execute\n    return _result_of(work)\n           ^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 303, in _result_of\n    raise error\n  File \"/opt/signoff/engine/runtime/runner.py\", line 290, in _contained\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}','',NULL,'c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67');
INSERT INTO "step_run" VALUES('interrupted-1ke6p4ym0rp4t0','copy','running',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c');
INSERT INTO "step_run" VALUES('lapses-1ke6p4ym0qd312','may_lapse','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('lined_up-1ke6p4ym0f9vz8','may_enter','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0ymeyc','may_pay','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"go on","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'');
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0ymeyc','transfer','retrying',1,1,0,1,1767603600000000,1767603600000000,1767603654873473,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 149, in _outcome\n    result = await self._execute(attempt, code, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 212, in _execute\n    return _result_of(work)\n           ^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 303, in _result_of\n    raise error\n  File \"/opt/signoff/engine/runtime/runner.py\", line 290, in _contained\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73');
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0kta26','look','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"number":7,"title":"a valve"}',NULL,'',NULL,'703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc');
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0kta26','may_replace','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'');
CREATE TABLE wait (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	step VARCHAR NOT NULL, 
	request_id VARCHAR, 
	due_at BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "wait" VALUES('expire:replace-1ke6p4ym0kta26.may_replace','expire','replace-1ke6p4ym0kta26','may_replace','replace-1ke6p4ym0kta26.may_replace',1767618000000000);
INSERT INTO "wait" VALUES('expire:lapses-1ke6p4ym0qd312.may_lapse','expire','lapses-1ke6p4ym0qd312','may_lapse','lapses-1ke6p4ym0qd312.may_lapse',1767690000000000);
INSERT INTO "wait" VALUES('expire:breaks-1ke6p4ym0cfhcj.measure.1','expire','breaks-1ke6p4ym0cfhcj','measure','breaks-1ke6p4ym0cfhcj.measure.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:breaks-1ke6p4ym0cfhcj.measure.1','remind','breaks-1ke6p4ym0cfhcj','measure','breaks-1ke6p4ym0cfhcj.measure.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:repeats-1ke6p4ym0ymeyc:transfer','retry','repeats-1ke6p4ym0ymeyc','transfer',NULL,1767603654873473);
INSERT INTO "wait" VALUES('expire:lined_up-1ke6p4ym0f9vz8.may_enter','expire','lined_up-1ke6p4ym0f9vz8','may_enter','lined_up-1ke6p4ym0f9vz8.may_enter',1767776400000000);
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
CREATE INDEX run_under_way ON run (workflow, state) WHERE state IN ('pending', 'running', 'waiting');
CREATE INDEX ix_schedule_next_fire_at ON schedule (next_fire_at);
CREATE INDEX ix_wait_due_at ON wait (due_at);
CREATE INDEX ix_wait_run_id ON wait (run_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',38);
COMMIT;
