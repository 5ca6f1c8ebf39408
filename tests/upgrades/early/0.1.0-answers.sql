BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0023');
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
INSERT INTO "code" VALUES('db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','{"look":"703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc","fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}','5ccc38762798247657ed83c55d673227e1da7330');
INSERT INTO "code" VALUES('a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe","keep":"5f6d65de06241cb978ba7bc3fdbb884fc81545349599ec010798ed90d62ea80a"}','773f3ed4cbf58966c3d5cf4ff8a286babf1fa4c0');
INSERT INTO "code" VALUES('5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','{"measure":"badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968","report":"4a7f101cd1f0bb79bfade8ae4fecb4319cdc438007acc69d39507f7ca0077aa1"}','428e577fcb60152ccbb1b1b245dde02236df76c5');
INSERT INTO "code" VALUES('a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}','8c1bfc636064ae5e16596c866577c27c22faff3c');
INSERT INTO "code" VALUES('0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','{"give_up":"c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67"}','04a5e4cb91845a84e0d073365129e03d88d95b58');
INSERT INTO "code" VALUES('09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','{"copy":"8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c"}','dd31c8ac66020ae9133d0fdea83298219af0a9db');
INSERT INTO "code" VALUES('83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}','777f4ad7911d7affa4d6c96c75a2ece6cf843052');
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
INSERT INTO "decision" VALUES('repeats-1ke6p4ym07s6y4.may_pay:1','repeats-1ke6p4ym07s6y4.may_pay','approve','slack:U1',NULL,'go on',1767603600000000,0,'["@release"]',NULL,'1a0ed41587ec67f2a229ad23c7bd40b0511e2d4192f64c96e080891f61f12146','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0','replace','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"replace","nodes":[{"after":[],"failure":null,"kind":"step","name":"look","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:6112a07516ab298664305be25091495a9c78ca0df8bf39c21f81bca9cdb0f0a3","takes_ctx":false,"takes_input":true,"timeout":null,"title":"look","when":null},{"after":[],"ask":"Replace {input.item} in {input.region}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_replace","needs":[{"join":"value","parameter":"look","step":"look"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Title","source":"look.title"},{"before":"","kind":"value","label":"On","source":"input.on"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-replace","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"fit","needs":[{"join":"value","parameter":"look","step":"look"},{"join":"value","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:deae1dfd9fc9b911093b80bf88374c7b97c40c4edcdafdd70fb67ae71569a5a9","takes_ctx":false,"takes_input":false,"timeout":null,"title":"fit","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}},{"after":["fit"],"failure":null,"kind":"step","name":"bill","needs":[{"join":"settled","parameter":"fit","step":"fit"},{"join":"optional","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2ddcfc3d3144a591d4dca97c5840ab44622724aa4f970acd70e9dae33bf8b6bc","takes_ctx":false,"takes_input":true,"timeout":null,"title":"bill","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"replace","triggers":[]}',1767603600000000,'4619131220e80be8efb9b88a40ea6fa928dae567');
INSERT INTO "definition" VALUES('88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998','lapses','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"lapses","nodes":[{"after":[],"ask":"Stop {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":86400.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_lapse","needs":[],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"former":[],"needs":1}]}],"title":"may-lapse","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"stop","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:905a717b28b9b4d0a1d8865e5415f563b635cac7eab32292dbf60f45858dcd3c","takes_ctx":false,"takes_input":true,"timeout":null,"title":"stop","when":{"kind":"outcome","outcome":"approved","step":"may_lapse"}},{"after":[],"failure":null,"kind":"step","name":"keep","needs":[{"join":"value","parameter":"may_lapse","step":"may_lapse"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:9ac2223576747a8085ab3671cba3a0d97e7f447677fe9a6753b0372c0f55a978","takes_ctx":false,"takes_input":false,"timeout":null,"title":"keep","when":{"kind":"outcome","outcome":"rejected","step":"may_lapse"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"lapses","triggers":[]}',1767603600000000,'201f1c301ec3a04bf35b62f9a0df9d9af5502530');
INSERT INTO "definition" VALUES('8ae90e5e409115bd7f8bcd189ec1cb2aa2485156f3ea1fb6ca6a91c91a24d42d','breaks','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"breaks","nodes":[{"after":[],"failure":null,"kind":"step","name":"measure","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":true,"takes_input":false,"timeout":null,"title":"measure","when":null},{"after":[],"failure":null,"kind":"step","name":"report","needs":[{"join":"value","parameter":"measure","step":"measure"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:ef977b780c550f15ef7862e0e2b56ad69f5ceafd53f5dd9df696bbbe5dcab4e6","takes_ctx":false,"takes_input":false,"timeout":null,"title":"report","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"breaks","triggers":[]}',1767603600000000,'02afa5e3d56ea4b29e58293142a53450fddfa6c9');
INSERT INTO "definition" VALUES('d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf','repeats','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"repeats","nodes":[{"after":[],"ask":"Pay for {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_pay","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-pay","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"transfer","needs":[{"join":"value","parameter":"may_pay","step":"may_pay"}],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:13ce7e91f0bd9f373b859736028cab85b3fa74a9b76dd24724e098e25e0193d7","takes_ctx":true,"takes_input":true,"timeout":null,"title":"transfer","when":{"kind":"outcome","outcome":"approved","step":"may_pay"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"repeats","triggers":[]}',1767603600000000,'fa986d45443cf21c4debfa92734f0f6f8da8cce8');
INSERT INTO "definition" VALUES('5b4fe213c64582cb08a1328ddd4971be355e214a7a364e3c0354cb9767778c98','ends','{"channel":"#deploys","concurrency":null,"failure":{"do":"fail","expires":null,"remind_every":null},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"ends","nodes":[{"after":[],"failure":null,"kind":"step","name":"give_up","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"give-up","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ends","triggers":[]}',1767603600000000,'b1f548e9ac52fee884a8977e345601c269d2727e');
INSERT INTO "definition" VALUES('45c7eb4161ea6f6714b1a9147270c1f934c5852dd1b58143c4f3acbe6070fb0d','interrupted','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"interrupted","nodes":[{"after":[],"failure":null,"kind":"step","name":"copy","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:e19e9a7f5dfa3454580bd8110e433dea4af61530544e70f70335fdeb612d7ac7","takes_ctx":true,"takes_input":false,"timeout":null,"title":"copy","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"interrupted","triggers":[]}',1767603600000000,'14f3cddbc4565801ebc8e24e8fdc82bcb9f41cdb');
INSERT INTO "definition" VALUES('ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','lined_up','{"channel":"#deploys","concurrency":1,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"lined_up","nodes":[{"after":[],"ask":"Enter with {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_enter","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-enter","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"enter","needs":[{"join":"value","parameter":"may_enter","step":"may_enter"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:1a5073105b9c45f837ee725529a1efa7cc43881e9c761660c737642f0781b380","takes_ctx":false,"takes_input":true,"timeout":null,"title":"enter","when":{"kind":"outcome","outcome":"approved","step":"may_enter"}}],"overlap":"queue","owner":"@ops","parallel":null,"title":"lined-up","triggers":[]}',1767603600000000,'5e35b9fdf136ae3431679be2631ac181f0e851a2');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0n2zws','replace',NULL,NULL,'dfb960ca4cda5203db832720fbb0727f','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:199028f43728319860f4e901dc40e33705716adbcc64d33e292d378d643372c5',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0n2zws','replace',NULL,NULL,'dfb960ca4cda5203db832720fbb0727f','{}',2,'2:33d0749257c2e93bebf95955fc87f07a6a57066472909a5a4c2bcf44d80f9d17',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0n2zws','replace','look',NULL,'dfb960ca4cda5203db832720fbb0727f','{"attempt":1,"title":"look"}',3,'2:9be6c77853d04c572e09cf0ce039a538dbda40d04da17f4f553612c9d40fa5e6','{"run":"b925865cba4838cc9700cb817cf432e926ee3f30","step.look":"1bf2c7f77d0da7de576ec0c6d4d1647c11e6f5fd"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0n2zws','replace','look',NULL,'dfb960ca4cda5203db832720fbb0727f','{"attempt":1,"title":"look","seconds":0.0,"log":[]}',4,'2:80d74bdfe3491e3d526eda5f0f2f7a209bd64b68a5b481981a0e82344359a6d2',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0n2zws','replace','may_replace','replace-1ke6p4ym0n2zws.may_replace','dfb960ca4cda5203db832720fbb0727f','{"kind":"approval"}',5,'2:3778c3e471bc1357812a474f318fcb6beb420d407ccc35aea2a0fc3431b19c56',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0n2zws','replace',NULL,NULL,'dfb960ca4cda5203db832720fbb0727f','{"reason":"waits for people at may-replace"}',6,'2:c27f7ab823bc63c0804dbf1b70701c862e75c73ccf54a5b3596ea87897dbb7c4','{"run":"6d2c7ea12b51ee35a04cef4ce08c5ff84e104e0a","step.look":"03e4c19fb3918db5299f6756693600432bda2d72","step.may_replace":"f6712acb10efc6812c9899b56bab94fa15990e82","request.replace-1ke6p4ym0n2zws.may_replace":"996571dd4d32928384175b3f7197090ea351e117","wait.expire:replace-1ke6p4ym0n2zws.may_replace":"4f70fea7fb7466950913fbd81c1137eeaf0d2b98"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0pcbv2','lapses',NULL,NULL,'fdc5df28bb4d126cb9482204b62ed700','{"input":{"item":"fan","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'2:d2586a066edcc3573a5d2e5b0adcecb97583d8024452af0e39c75d15fa7d0e8d',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0pcbv2','lapses',NULL,NULL,'fdc5df28bb4d126cb9482204b62ed700','{}',2,'2:c2a8805eca21754f5e9be8d5d3fb3f99209be9101241f6a9c534c052c3c04660',NULL);
INSERT INTO "event" VALUES(10,'request.opened',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0pcbv2','lapses','may_lapse','lapses-1ke6p4ym0pcbv2.may_lapse','fdc5df28bb4d126cb9482204b62ed700','{"kind":"approval"}',3,'2:c690cfe0c10468f1bae114373da10bc3157ddba0f1951c300ce3e618809d58e1',NULL);
INSERT INTO "event" VALUES(11,'run.waiting',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym0pcbv2','lapses',NULL,NULL,'fdc5df28bb4d126cb9482204b62ed700','{"reason":"waits for people at may-lapse"}',4,'2:dfc2f3a9f77b1e7c6badf9533a0cca21ee6c026ee05287e8c33b2e2ec86d07b3','{"run":"54ce982b3de7d03faa0a8f5f5300f88410fa727f","step.may_lapse":"f337f38689a59c3a1d28ac5a0f441cf57f6159ca","request.lapses-1ke6p4ym0pcbv2.may_lapse":"05a5fed67f6e00604ac6608d26d706d953429092","wait.expire:lapses-1ke6p4ym0pcbv2.may_lapse":"76de885544ae185d9fdebeb2fc99ff9520982652"}');
INSERT INTO "event" VALUES(12,'run.created',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym03b6g8','breaks',NULL,NULL,'d4d9559d5a75c85afdfb332036553cfd','{"input":null,"trigger":"manual"}',1,'2:f40f67997137201dbc0b4162f055b76820e18fcf01a9963601f9045cb318308e',NULL);
INSERT INTO "event" VALUES(13,'run.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym03b6g8','breaks',NULL,NULL,'d4d9559d5a75c85afdfb332036553cfd','{}',2,'2:974ae59e8ee2c3791a86961f1ca2dcfb79ae1753143a36f6b3acba0239500357',NULL);
INSERT INTO "event" VALUES(14,'step.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym03b6g8','breaks','measure',NULL,'d4d9559d5a75c85afdfb332036553cfd','{"attempt":1,"title":"measure"}',3,'2:7c0dd61e5b702a231bcda45895d6b9d90d8fc7b0ce2d0bbc27f5e46873651633','{"run":"ef4ef1f32443b2c7d15e9d1d9fa0877828479b77","step.measure":"576ea0de175b1e202166ab3f2bf920520e038833"}');
INSERT INTO "event" VALUES(15,'step.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym03b6g8','breaks','measure',NULL,'d4d9559d5a75c85afdfb332036553cfd','{"log":[],"attempt":1,"title":"measure","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 372, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:d63fd314af3cd443195b2fdd3d383dd97b5a71423a161fa282318d2c63e6cbed',NULL);
INSERT INTO "event" VALUES(16,'request.opened',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym03b6g8','breaks','measure','breaks-1ke6p4ym03b6g8.measure.1','d4d9559d5a75c85afdfb332036553cfd','{"kind":"failure"}',5,'2:2c2509fde64cf493c645d38ddece197403d1c6579cfb5ffcb354e4f12dc5266f',NULL);
INSERT INTO "event" VALUES(17,'run.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym03b6g8','breaks',NULL,NULL,'d4d9559d5a75c85afdfb332036553cfd','{"reason":"waits for people at measure"}',6,'2:2a2d90e8b36b466e2ad660a3f49eb22f00e00eefee14cf98e40f87d74c604060','{"run":"21ddcb688c713d7003b628538dba65b05d81e85f","step.measure":"44ee59cb1924db311c7b0b3e32caba7c97d173ae","request.breaks-1ke6p4ym03b6g8.measure.1":"c7990345e13fdaed30c500d1dcc2bb86d412e8ab","wait.expire:breaks-1ke6p4ym03b6g8.measure.1":"fbf6cb5cb76d07b5a9f02c9c3b2b4aeb6cbed9fd","wait.remind:breaks-1ke6p4ym03b6g8.measure.1":"28ab83b22edfedd388980e80e8508b63aa0925cd"}');
INSERT INTO "event" VALUES(18,'run.created',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym07s6y4','repeats',NULL,NULL,'81d04d4e3e753f3a7edff44fb4791cbb','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:a7f07022ee8f3cd9b26bd5aa1cd9887b7b18c812365ec26ac0a8d0db3acd116b',NULL);
INSERT INTO "event" VALUES(19,'run.started',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym07s6y4','repeats',NULL,NULL,'81d04d4e3e753f3a7edff44fb4791cbb','{}',2,'2:b690ae5ac55bb101cfe7118b22be0df70461b7b269879dfc98286081a12b7e2e',NULL);
INSERT INTO "event" VALUES(20,'request.opened',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym07s6y4','repeats','may_pay','repeats-1ke6p4ym07s6y4.may_pay','81d04d4e3e753f3a7edff44fb4791cbb','{"kind":"approval"}',3,'2:6592cf9be7190605b214d98c7aaeac79c61a71e233282943d3839ad6629a6e7e',NULL);
INSERT INTO "event" VALUES(21,'run.waiting',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym07s6y4','repeats',NULL,NULL,'81d04d4e3e753f3a7edff44fb4791cbb','{"reason":"waits for people at may-pay"}',4,'2:5b1cb407a0858b7231ff0243db873899d59d5d6977f74b26aa09f17f356a6483','{"run":"9589d5ae82928af3ec6dddf80db7162d7d6b8285","step.may_pay":"f17c9e16627914d67cf81d42fc6f82f5d0cf264c","request.repeats-1ke6p4ym07s6y4.may_pay":"339b13db0aa56e587e1c0585fe1264f2536c5321","wait.expire:repeats-1ke6p4ym07s6y4.may_pay":"cf8edb47c8253708d4eb1e98e2e417e295599521"}');
INSERT INTO "event" VALUES(22,'request.decision',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym07s6y4','repeats','may_pay','repeats-1ke6p4ym07s6y4.may_pay','81d04d4e3e753f3a7edff44fb4791cbb','{"digest":"1a0ed41587ec67f2a229ad23c7bd40b0511e2d4192f64c96e080891f61f12146","kind":"approval","choice":"approve","comment":"go on"}',5,'2:9a09a5e39138d71a43958f438d213e6592cfabbee51309e62154e7a94c46de92',NULL);
INSERT INTO "event" VALUES(23,'request.decided',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym07s6y4','repeats','may_pay','repeats-1ke6p4ym07s6y4.may_pay','81d04d4e3e753f3a7edff44fb4791cbb','{"outcome":"approved","kind":"approval","choice":"approve","comment":"go on"}',6,'2:d9984bc209e8f957faa115c9c46c5c712f94cd69e02bf2ef0f3d0052ea855c2e',NULL);
INSERT INTO "event" VALUES(24,'step.started',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym07s6y4','repeats','transfer',NULL,'81d04d4e3e753f3a7edff44fb4791cbb','{"attempt":1,"title":"transfer"}',7,'2:2103d5399830add0283dd030c603dcbe5a5f1b1ceea582ee3384c40ad8003b3b',NULL);
INSERT INTO "event" VALUES(25,'run.resumed',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym07s6y4','repeats',NULL,NULL,'81d04d4e3e753f3a7edff44fb4791cbb','{}',8,'2:5c9e0a39c278cf280f1347cfcc894832c5accfb8e16bd3d2ee65e16ef166b057','{"run":"5da31616b14577f22212df6871c059a0e42c3a59","step.may_pay":"04955a7dd9339995702f25cc24f99f00cde77c9f","step.transfer":"e9a766231c019a8bad2609cf0691d129689f7f34","request.repeats-1ke6p4ym07s6y4.may_pay":"1caf93f81b4847fdaf72c78f92106f1a7f5e1f2e","decision.repeats-1ke6p4ym07s6y4.may_pay:1":"2f0a8e4c752e9c1bd548d3f96f3c7df10dce9d09","wait.expire:repeats-1ke6p4ym07s6y4.may_pay":null,"wait.remind:repeats-1ke6p4ym07s6y4.may_pay":null}');
INSERT INTO "event" VALUES(26,'step.retrying',1767603600000000,'engine:engine',NULL,'repeats-1ke6p4ym07s6y4','repeats','transfer',NULL,'81d04d4e3e753f3a7edff44fb4791cbb','{"attempt":1,"title":"transfer","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 372, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:08:54.173950+00:00","log":[]}',9,'2:052970b2f5ab7c2e24e627cb35c8cebd48d86cd5098e5bc32524b482413aba9e','{"step.transfer":"0fd225e7d335782021e7602bac5370e32944d5b6","wait.retry:repeats-1ke6p4ym07s6y4:transfer":"04f47f2ef587d5d615dda34ac820222a8cccb441"}');
INSERT INTO "event" VALUES(27,'run.created',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0dxpaq','ends',NULL,NULL,'14c71bf1431c8f9a230f5e4019b11e0a','{"input":null,"trigger":"manual"}',1,'2:ac2404b9844fd1f858812585c25cf0abd49d9eb0ffa14259b99c5c0538bb1866',NULL);
INSERT INTO "event" VALUES(28,'run.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0dxpaq','ends',NULL,NULL,'14c71bf1431c8f9a230f5e4019b11e0a','{}',2,'2:dc1b586d0e1359f8244c70614e65c309fc52aad45f220204687269b5f5441704',NULL);
INSERT INTO "event" VALUES(29,'step.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0dxpaq','ends','give_up',NULL,'14c71bf1431c8f9a230f5e4019b11e0a','{"attempt":1,"title":"give-up"}',3,'2:a494d0575023ad44fefcf2d40b559c2d3b73c5a2cb0ee2d0b440eb582924dc43','{"run":"f7887e0aa73bfbab5f776ee139c54e68894ba634","step.give_up":"a9d61242286c9a15fa6965d933078ded672bfaef"}');
INSERT INTO "event" VALUES(30,'step.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0dxpaq','ends','give_up',NULL,'14c71bf1431c8f9a230f5e4019b11e0a','{"log":[],"ends_run":true,"attempt":1,"title":"give-up","failure":{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}}',4,'2:859ac6b725aafb65c39be7b0716d89a5788a227bb788a6af10991b07b62c86bd',NULL);
INSERT INTO "event" VALUES(31,'run.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0dxpaq','ends',NULL,NULL,'14c71bf1431c8f9a230f5e4019b11e0a','{"reason":"give-up failed: nothing is left to try"}',5,'2:3fa3e698c9bd11b6b2f31a6bb585847a3497b15401ca6ff60afdac5a4c055f15','{"run":"84104fefc4bdb42b4da5fedbed7ed55041de10a6","step.give_up":"45395ad77ddfd12d18ad6860ff917c65eeaa0b5d"}');
INSERT INTO "event" VALUES(32,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0qq68n','lined_up',NULL,NULL,'e7c239f0d8c90b97f4378a6864f98aaa','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:ff54828a3680de5f8c9bb56bbf87f9bc03f15d62a5984fa8da15006f701b99fb',NULL);
INSERT INTO "event" VALUES(33,'run.started',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0qq68n','lined_up',NULL,NULL,'e7c239f0d8c90b97f4378a6864f98aaa','{}',2,'2:3f6e8eb2de398d838d5439e1c37b446c10e891153bc2e9974d050055dfbda0bf',NULL);
INSERT INTO "event" VALUES(34,'request.opened',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0qq68n','lined_up','may_enter','lined_up-1ke6p4ym0qq68n.may_enter','e7c239f0d8c90b97f4378a6864f98aaa','{"kind":"approval"}',3,'2:ea8088cb0548162d7d1849edaf9667194b7bca62606ea8b3f4dcf35b35815231',NULL);
INSERT INTO "event" VALUES(35,'run.waiting',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0qq68n','lined_up',NULL,NULL,'e7c239f0d8c90b97f4378a6864f98aaa','{"reason":"waits for people at may-enter"}',4,'2:9bb159af30189b97754e65218672341a4b4c6e7fa2fd6839ac9601e0cf7ce88f','{"run":"890bf78ec194d26ca5e001f5bb0228de6796a23f","step.may_enter":"860b54157526089f0e6333eba5e6a5ad71677828","request.lined_up-1ke6p4ym0qq68n.may_enter":"db7219d07f55b976c2354da0caa39a697d337c70","wait.expire:lined_up-1ke6p4ym0qq68n.may_enter":"3b48c5940362e7479b281519bc338ef79fe5e7bb"}');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0xr4bx','lined_up',NULL,NULL,'90b6e956c029f690986bf4295b9c23b1','{"input":{"item":"second","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'2:8e8fd3d59a75e7007d050a0bd530be654258ddd20d84144a4ab6a2938ed944e6','{"run":"eeb108436a2fd68c40c134f21175e41e9626bbda"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym06nt2c','interrupted',NULL,NULL,'cc0cf3b047065524961541f6f017558f','{"input":null,"trigger":"manual"}',1,'2:1c01b9927eba48949c55bd06060d029130e648f5c15c1062a477a11cd1842e7f',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym06nt2c','interrupted',NULL,NULL,'cc0cf3b047065524961541f6f017558f','{}',2,'2:798f72839a4136610548e035cd59bd93e79fb1ace01bfa8e551cc702374f043c',NULL);
INSERT INTO "event" VALUES(39,'step.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym06nt2c','interrupted','copy',NULL,'cc0cf3b047065524961541f6f017558f','{"attempt":1,"title":"copy"}',3,'2:4605081ddc60466724cb9e49da82c1b8f690aaf1fc920373c1c1fe9b7051da39','{"run":"f76facc30519557ff0eed4c92087ed8a0b67f544","step.copy":"5848d0e3dfe5e6111ea974499316bab71c10ad70"}');
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
INSERT INTO "failure_card" VALUES('breaks-1ke6p4ym03b6g8.measure.1','breaks-1ke6p4ym03b6g8','breaks','measure','5b6df722e4f37ce26e6bae1e8a9f4cf1','breaks-1ke6p4ym03b6g8.measure.1',1);
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
INSERT INTO "log" VALUES(1,0,39,'9941546c1911dabf9145ea5f9936463fcdc2b554e47db94c5c9dcf8a338d2f10','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{"(covered)":"0"}','65c875b2150d0240','0cfe90c1707093c1f90f1712b355945aa9e65469');
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
INSERT INTO "request" VALUES('replace-1ke6p4ym0n2zws.may_replace','approval','replace-1ke6p4ym0n2zws','replace','may_replace','open',1,'Replace valve in south?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{"look":"fe3154bcad2514ac1133965e7e66f515b9fb196c3c666c64036eaa99d9457be3"},"code":{"fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","region"]}','slack:U4',NULL,1767603600000000,'[["Title","a valve","value"],["On","2026-01-07","value",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('lapses-1ke6p4ym0pcbv2.may_lapse','approval','lapses-1ke6p4ym0pcbv2','lapses','may_lapse','open',1,'Stop fan?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998","input":"474ca6d6da0b9bb16fc780355def49185a6e4d1d9cbe38ce5818f6515c1113c4","outputs":{},"code":{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767690000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('breaks-1ke6p4ym03b6g8.measure.1','failure','breaks-1ke6p4ym03b6g8','breaks','measure','open',1,'breaks failed at measure','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 372, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('repeats-1ke6p4ym07s6y4.may_pay','approval','repeats-1ke6p4ym07s6y4','repeats','may_pay','decided',3,'Pay for valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}},"digest":"1a0ed41587ec67f2a229ad23c7bd40b0511e2d4192f64c96e080891f61f12146","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('lined_up-1ke6p4ym0qq68n.may_enter','approval','lined_up-1ke6p4ym0qq68n','lined_up','may_enter','open',1,'Enter with valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
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
INSERT INTO "run" VALUES('replace-1ke6p4ym0n2zws','replace','2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0','db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','waiting',2,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'dfb960ca4cda5203db832720fbb0727f',1767603600000000,1767603600000000,NULL,'waits for people at may-replace','2:c27f7ab823bc63c0804dbf1b70701c862e75c73ccf54a5b3596ea87897dbb7c4',6,'2zws','722b17e5e74efd9176a4a996454c3dc596080df7',NULL,0,'','');
INSERT INTO "run" VALUES('lapses-1ke6p4ym0pcbv2','lapses','88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998','a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','waiting',1,'{"item":"fan","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'fdc5df28bb4d126cb9482204b62ed700',1767603600000000,1767603600000000,NULL,'waits for people at may-lapse','2:dfc2f3a9f77b1e7c6badf9533a0cca21ee6c026ee05287e8c33b2e2ec86d07b3',4,'cbv2','dea3ad0b01660496e59c7d5f7c44d1c9bcd02f7f',NULL,0,'','');
INSERT INTO "run" VALUES('breaks-1ke6p4ym03b6g8','breaks','8ae90e5e409115bd7f8bcd189ec1cb2aa2485156f3ea1fb6ca6a91c91a24d42d','5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','waiting',2,'null','slack:U4',NULL,'manual',NULL,'d4d9559d5a75c85afdfb332036553cfd',1767603600000000,1767603600000000,NULL,'waits for people at measure','2:2a2d90e8b36b466e2ad660a3f49eb22f00e00eefee14cf98e40f87d74c604060',6,'b6g8','9f1f4c711d1f61c69f1c967adc57a077e2236edc',NULL,0,'','');
INSERT INTO "run" VALUES('repeats-1ke6p4ym07s6y4','repeats','d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf','a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','running',3,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'81d04d4e3e753f3a7edff44fb4791cbb',1767603600000000,1767603600000000,NULL,'','2:052970b2f5ab7c2e24e627cb35c8cebd48d86cd5098e5bc32524b482413aba9e',9,'s6y4','0dda22c5259d26e1df8f8b7fe6d807fc00bf62c9',NULL,0,'','');
INSERT INTO "run" VALUES('ends-1ke6p4ym0dxpaq','ends','5b4fe213c64582cb08a1328ddd4971be355e214a7a364e3c0354cb9767778c98','0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','failed',2,'null','slack:U4',NULL,'manual',NULL,'14c71bf1431c8f9a230f5e4019b11e0a',1767603600000000,1767603600000000,1767603600000000,'give-up failed: nothing is left to try','2:3fa3e698c9bd11b6b2f31a6bb585847a3497b15401ca6ff60afdac5a4c055f15',5,'xpaq','8c9f6b8eff10bd673e9dfa39c8c709c373af2f3a',NULL,0,'','');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0qq68n','lined_up','ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','waiting',1,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'e7c239f0d8c90b97f4378a6864f98aaa',1767603600000000,1767603600000000,NULL,'waits for people at may-enter','2:9bb159af30189b97754e65218672341a4b4c6e7fa2fd6839ac9601e0cf7ce88f',4,'q68n','56d070cb6e0060a31fdc62df4142270a6ed1f8fc',NULL,0,'','');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0xr4bx','lined_up','ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','pending',1,'{"item":"second","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'90b6e956c029f690986bf4295b9c23b1',1767603600000000,NULL,NULL,'','2:8e8fd3d59a75e7007d050a0bd530be654258ddd20d84144a4ab6a2938ed944e6',1,'r4bx','14944f1b5824695fb765f7a655475c962a4259a2',NULL,0,'','');
INSERT INTO "run" VALUES('interrupted-1ke6p4ym06nt2c','interrupted','45c7eb4161ea6f6714b1a9147270c1f934c5852dd1b58143c4f3acbe6070fb0d','09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','running',1,'null','slack:U4',NULL,'manual',NULL,'cc0cf3b047065524961541f6f017558f',1767603600000000,1767603600000000,NULL,'','2:4605081ddc60466724cb9e49da82c1b8f690aaf1fc920373c1c1fe9b7051da39',3,'nt2c','4ec25f07a7c54ed7528f002ba68d2e375f716f08',NULL,0,'','');
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
INSERT INTO "step_run" VALUES('breaks-1ke6p4ym03b6g8','measure','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 372, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ends-1ke6p4ym0dxpaq','give_up','failed',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}','',NULL,'c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67',0,NULL,NULL);
INSERT INTO "step_run" VALUES('interrupted-1ke6p4ym06nt2c','copy','running',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c',0,NULL,NULL);
INSERT INTO "step_run" VALUES('lapses-1ke6p4ym0pcbv2','may_lapse','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('lined_up-1ke6p4ym0qq68n','may_enter','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym07s6y4','may_pay','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"go on","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym07s6y4','transfer','retrying',1,1,0,1,1767603600000000,1767603600000000,1767604134173950,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 272, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 372, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 383, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 417, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73',0,NULL,NULL);
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0n2zws','look','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"number":7,"title":"a valve"}',NULL,'',NULL,'703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc',0,NULL,NULL);
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0n2zws','may_replace','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
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
INSERT INTO "wait" VALUES('expire:replace-1ke6p4ym0n2zws.may_replace','expire','replace-1ke6p4ym0n2zws','may_replace','replace-1ke6p4ym0n2zws.may_replace',1767618000000000);
INSERT INTO "wait" VALUES('expire:lapses-1ke6p4ym0pcbv2.may_lapse','expire','lapses-1ke6p4ym0pcbv2','may_lapse','lapses-1ke6p4ym0pcbv2.may_lapse',1767690000000000);
INSERT INTO "wait" VALUES('expire:breaks-1ke6p4ym03b6g8.measure.1','expire','breaks-1ke6p4ym03b6g8','measure','breaks-1ke6p4ym03b6g8.measure.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:breaks-1ke6p4ym03b6g8.measure.1','remind','breaks-1ke6p4ym03b6g8','measure','breaks-1ke6p4ym03b6g8.measure.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:repeats-1ke6p4ym07s6y4:transfer','retry','repeats-1ke6p4ym07s6y4','transfer',NULL,1767604134173950);
INSERT INTO "wait" VALUES('expire:lined_up-1ke6p4ym0qq68n.may_enter','expire','lined_up-1ke6p4ym0qq68n','may_enter','lined_up-1ke6p4ym0qq68n.may_enter',1767776400000000);
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
CREATE INDEX run_by_end ON run (workflow, ended_at, state, started_at) WHERE ended_at IS NOT NULL;
CREATE INDEX request_by_end ON request (workflow, kind, ended_at, state, opened_at);
CREATE INDEX request_by_opening ON request (workflow, kind, opened_at);
CREATE INDEX event_by_time ON event (at, seq);
CREATE INDEX event_of_policy ON event (seq) WHERE type = 'policy.denied' OR (type = 'run.created' AND data LIKE '%"exceptions"%');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',39);
COMMIT;
