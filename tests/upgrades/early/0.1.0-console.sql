BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0022');
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
INSERT INTO "code" VALUES('db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','{"look":"703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc","fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}','476e58bca7fbd5ed2b8b906a2122ffbbaf0e157d');
INSERT INTO "code" VALUES('a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe","keep":"5f6d65de06241cb978ba7bc3fdbb884fc81545349599ec010798ed90d62ea80a"}','1d7fc2db56d1ce966c7c982dfbf86a935cf5f1b9');
INSERT INTO "code" VALUES('5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','{"measure":"badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968","report":"4a7f101cd1f0bb79bfade8ae4fecb4319cdc438007acc69d39507f7ca0077aa1"}','84215c1cc7747c0a55aaab2e277be3a839b149f7');
INSERT INTO "code" VALUES('a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}','d7aa6cb2d3deb3cd1737ed845f901a9c8b2d4fe6');
INSERT INTO "code" VALUES('0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','{"give_up":"c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67"}','47f36a5a403a42d66beef613160d13da0bce0831');
INSERT INTO "code" VALUES('09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','{"copy":"8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c"}','00984daa1918933663f7bdaadaacf4505ebebac0');
INSERT INTO "code" VALUES('83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}','b2f4c63b6e6b321bbdb8bee1ad68ab8563fa3425');
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
INSERT INTO "decision" VALUES('repeats-1ke6p4ym0ymb30.may_pay:1','repeats-1ke6p4ym0ymb30.may_pay','approve','slack:U1',NULL,'go on',1767603600000000,0,'["@release"]',NULL,'65ce816cb038362b181704e5b784aa52ae4e9a6d5cb0a36b1fcd3532eee08ca7','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0','replace','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"replace","nodes":[{"after":[],"failure":null,"kind":"step","name":"look","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:6112a07516ab298664305be25091495a9c78ca0df8bf39c21f81bca9cdb0f0a3","takes_ctx":false,"takes_input":true,"timeout":null,"title":"look","when":null},{"after":[],"ask":"Replace {input.item} in {input.region}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_replace","needs":[{"join":"value","parameter":"look","step":"look"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Title","source":"look.title"},{"before":"","kind":"value","label":"On","source":"input.on"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-replace","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"fit","needs":[{"join":"value","parameter":"look","step":"look"},{"join":"value","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:deae1dfd9fc9b911093b80bf88374c7b97c40c4edcdafdd70fb67ae71569a5a9","takes_ctx":false,"takes_input":false,"timeout":null,"title":"fit","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}},{"after":["fit"],"failure":null,"kind":"step","name":"bill","needs":[{"join":"settled","parameter":"fit","step":"fit"},{"join":"optional","parameter":"may_replace","step":"may_replace"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2ddcfc3d3144a591d4dca97c5840ab44622724aa4f970acd70e9dae33bf8b6bc","takes_ctx":false,"takes_input":true,"timeout":null,"title":"bill","when":{"kind":"outcome","outcome":"approved","step":"may_replace"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"replace","triggers":[]}',1767603600000000,'257f5ca808fa358ba72b7ad042c0b3e1b404abb0');
INSERT INTO "definition" VALUES('88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998','lapses','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"lapses","nodes":[{"after":[],"ask":"Stop {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":86400.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_lapse","needs":[],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"former":[],"needs":1}]}],"title":"may-lapse","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"stop","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:905a717b28b9b4d0a1d8865e5415f563b635cac7eab32292dbf60f45858dcd3c","takes_ctx":false,"takes_input":true,"timeout":null,"title":"stop","when":{"kind":"outcome","outcome":"approved","step":"may_lapse"}},{"after":[],"failure":null,"kind":"step","name":"keep","needs":[{"join":"value","parameter":"may_lapse","step":"may_lapse"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:9ac2223576747a8085ab3671cba3a0d97e7f447677fe9a6753b0372c0f55a978","takes_ctx":false,"takes_input":false,"timeout":null,"title":"keep","when":{"kind":"outcome","outcome":"rejected","step":"may_lapse"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"lapses","triggers":[]}',1767603600000000,'eb315fae969f57aba1e12f88aafc28bf3c26c142');
INSERT INTO "definition" VALUES('8ae90e5e409115bd7f8bcd189ec1cb2aa2485156f3ea1fb6ca6a91c91a24d42d','breaks','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"breaks","nodes":[{"after":[],"failure":null,"kind":"step","name":"measure","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":true,"takes_input":false,"timeout":null,"title":"measure","when":null},{"after":[],"failure":null,"kind":"step","name":"report","needs":[{"join":"value","parameter":"measure","step":"measure"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:ef977b780c550f15ef7862e0e2b56ad69f5ceafd53f5dd9df696bbbe5dcab4e6","takes_ctx":false,"takes_input":false,"timeout":null,"title":"report","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"breaks","triggers":[]}',1767603600000000,'c75dddd0afa5d26e8d5e745dedc46093081d1ae1');
INSERT INTO "definition" VALUES('d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf','repeats','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"repeats","nodes":[{"after":[],"ask":"Pay for {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_pay","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-pay","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"transfer","needs":[{"join":"value","parameter":"may_pay","step":"may_pay"}],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:13ce7e91f0bd9f373b859736028cab85b3fa74a9b76dd24724e098e25e0193d7","takes_ctx":true,"takes_input":true,"timeout":null,"title":"transfer","when":{"kind":"outcome","outcome":"approved","step":"may_pay"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"repeats","triggers":[]}',1767603600000000,'e23706241d6dd70a89de2601f0a792dac83bf87a');
INSERT INTO "definition" VALUES('5b4fe213c64582cb08a1328ddd4971be355e214a7a364e3c0354cb9767778c98','ends','{"channel":"#deploys","concurrency":null,"failure":{"do":"fail","expires":null,"remind_every":null},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"ends","nodes":[{"after":[],"failure":null,"kind":"step","name":"give_up","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"give-up","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ends","triggers":[]}',1767603600000000,'494c27bbb4da33c7d86a8e2ec139a26abc108801');
INSERT INTO "definition" VALUES('45c7eb4161ea6f6714b1a9147270c1f934c5852dd1b58143c4f3acbe6070fb0d','interrupted','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"interrupted","nodes":[{"after":[],"failure":null,"kind":"step","name":"copy","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:e19e9a7f5dfa3454580bd8110e433dea4af61530544e70f70335fdeb612d7ac7","takes_ctx":true,"takes_input":false,"timeout":null,"title":"copy","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"interrupted","triggers":[]}',1767603600000000,'f7ab80fc78fe9bab1059840f96c23590b861a70f');
INSERT INTO "definition" VALUES('ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','lined_up','{"channel":"#deploys","concurrency":1,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"$defs":{"Part":{"description":"One thing that is replaced.","properties":{"number":{"default":1,"description":"Its number in the store.","title":"Number","type":"integer"},"title":{"default":"a pump","title":"Title","type":"string"}},"title":"Part","type":"object"},"Region":{"description":"Where it runs.","enum":["north","south"],"title":"Region","type":"string"}},"description":"A job of the plant.","properties":{"item":{"default":"pump","description":"What is replaced.","title":"Item","type":"string"},"on":{"default":"2026-01-07","format":"date","title":"On","type":"string"},"parts":{"default":[],"items":{"$ref":"#/$defs/Part"},"title":"Parts","type":"array"},"region":{"$ref":"#/$defs/Region","default":"north"}},"title":"Job","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"lined_up","nodes":[{"after":[],"ask":"Enter with {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"may_enter","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"may-enter","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"enter","needs":[{"join":"value","parameter":"may_enter","step":"may_enter"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:1a5073105b9c45f837ee725529a1efa7cc43881e9c761660c737642f0781b380","takes_ctx":false,"takes_input":true,"timeout":null,"title":"enter","when":{"kind":"outcome","outcome":"approved","step":"may_enter"}}],"overlap":"queue","owner":"@ops","parallel":null,"title":"lined-up","triggers":[]}',1767603600000000,'af45d76acbb8443e6c4dfe0913c973382e89e73b');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0axcsv','replace',NULL,NULL,'8fb36fc6feb6cffaec82f7a491936ac1','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:8e10da389e991dae9e8b8cd4458fb9640ad7575a46ce19a0e88048cc95c68dc1',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0axcsv','replace',NULL,NULL,'8fb36fc6feb6cffaec82f7a491936ac1','{}',2,'2:1f611afee70da06151765be705b2f4634c2b20ebe4477ffdb17288fe432d1df8',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'replace-1ke6p4ym0axcsv','replace','look',NULL,'8fb36fc6feb6cffaec82f7a491936ac1','{"attempt":1,"title":"look"}',3,'2:ddb6340abecb2bde8360ffb2a742837809c3d8fde9680a5f120e443fee91deba','{"run":"f506554317e229e454ae333518417e44d1feaa83","step.look":"91b1ff1974b892a266c024ba04c0d92ce728f605"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0axcsv','replace','look',NULL,'8fb36fc6feb6cffaec82f7a491936ac1','{"attempt":1,"title":"look","seconds":0.0,"log":[]}',4,'2:ade6d3db80ad1b080c5b8821865990dbcff2a8666a593ded4f4969ce1a25a552',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0axcsv','replace','may_replace','replace-1ke6p4ym0axcsv.may_replace','8fb36fc6feb6cffaec82f7a491936ac1','{"kind":"approval"}',5,'2:55926c70801c8a8432c0e25e6ecfc6548a83f56da6bf77cd015b743d7550d1ac',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'replace-1ke6p4ym0axcsv','replace',NULL,NULL,'8fb36fc6feb6cffaec82f7a491936ac1','{"reason":"waits for people at may-replace"}',6,'2:15aede5f6a6353b53d562a541c79468a9c11bccef66a42fa4401fe7424a19af6','{"run":"bfeb33484fc742c11ecc09c2ec75a2a27966aba4","step.look":"c9612d120c50969e887db68bcea7ad9e4ee6ae8a","step.may_replace":"f882c8942b9335e1436fb532d48928493f7c51d3","request.replace-1ke6p4ym0axcsv.may_replace":"8fa118af90e9063fe414b1a3bf625b3edaa571c1","wait.expire:replace-1ke6p4ym0axcsv.may_replace":"4f4ee0072c1647d72f37378b00de23fbe58a7020"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym07dsw6','lapses',NULL,NULL,'af9b51f1d8017c315355d7fb4d3af464','{"input":{"item":"fan","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'2:8c57dff4cd22db82140712642bfa3e787269d7eae11cd23a750787b2972b5d1b',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym07dsw6','lapses',NULL,NULL,'af9b51f1d8017c315355d7fb4d3af464','{}',2,'2:145e6f9731bb1d33158457398ba26eb5fe70589e6889ca3df30aa67cc76a87c4',NULL);
INSERT INTO "event" VALUES(10,'request.opened',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym07dsw6','lapses','may_lapse','lapses-1ke6p4ym07dsw6.may_lapse','af9b51f1d8017c315355d7fb4d3af464','{"kind":"approval"}',3,'2:c0080c3d45bf08d8ac22c70ed5064e5c789c42c21951abd32d8925eb0b5e0b70',NULL);
INSERT INTO "event" VALUES(11,'run.waiting',1767603600000000,'slack:U4',NULL,'lapses-1ke6p4ym07dsw6','lapses',NULL,NULL,'af9b51f1d8017c315355d7fb4d3af464','{"reason":"waits for people at may-lapse"}',4,'2:1a6a83c86550e2855137e97da9bb1a89766db0f1b1233f70e67608e45caac73e','{"run":"18df2403cea1f12b1b581574d43e026605452b58","step.may_lapse":"bffb969135c034a9901a7340de0be403dd4512a8","request.lapses-1ke6p4ym07dsw6.may_lapse":"57363745086f3d942731a6d6a90fa6db688e12b0","wait.expire:lapses-1ke6p4ym07dsw6.may_lapse":"45a2b09476c3a1ba4d3d03e1a65ae8ed9b463a61"}');
INSERT INTO "event" VALUES(12,'run.created',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0mv0eg','breaks',NULL,NULL,'794a4ab6922cef54f4e19132282342a5','{"input":null,"trigger":"manual"}',1,'2:14a233951a881eea1441dc63ff0ab7271a049ce9e56cde4d3a7fa3aa9e6706d8',NULL);
INSERT INTO "event" VALUES(13,'run.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0mv0eg','breaks',NULL,NULL,'794a4ab6922cef54f4e19132282342a5','{}',2,'2:c3c2bd12b21429fc5a7540274c0bfa4153a47f12e9d31ad8858a7c28dcce2c5d',NULL);
INSERT INTO "event" VALUES(14,'step.started',1767603600000000,'slack:U4',NULL,'breaks-1ke6p4ym0mv0eg','breaks','measure',NULL,'794a4ab6922cef54f4e19132282342a5','{"attempt":1,"title":"measure"}',3,'2:f92d7d8b76440b43b9abdc7aac59e438f77447f6bff2e0e54b71c24d41d393db','{"run":"2d8ad4e1fbb05540a0b6ce056803237225902642","step.measure":"fae73d456bd8d76df94dc181115e0954854a9523"}');
INSERT INTO "event" VALUES(15,'step.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0mv0eg','breaks','measure',NULL,'794a4ab6922cef54f4e19132282342a5','{"log":[],"attempt":1,"title":"measure","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 371, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:6a6237b75a739a122249418962c163c86337de7777e37f7cf96b533689cd26c5',NULL);
INSERT INTO "event" VALUES(16,'request.opened',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0mv0eg','breaks','measure','breaks-1ke6p4ym0mv0eg.measure.1','794a4ab6922cef54f4e19132282342a5','{"kind":"failure"}',5,'2:20df067a33f70de259f388774c4ced10460cf6e5b1d466a45cb34626a083d1a3',NULL);
INSERT INTO "event" VALUES(17,'run.waiting',1767603600000000,'engine:engine',NULL,'breaks-1ke6p4ym0mv0eg','breaks',NULL,NULL,'794a4ab6922cef54f4e19132282342a5','{"reason":"waits for people at measure"}',6,'2:a6c14497649f26bf7f05c64cdf1046016995eda7cbc18b94a09993bfb715a374','{"run":"e33eff272267a975f33247d4de7b440653be9d18","step.measure":"60625074452162aab17b0944f41f2c1565cb68f8","request.breaks-1ke6p4ym0mv0eg.measure.1":"32d67495c4f364345650be4c96d9eb81c45b9e6d","wait.expire:breaks-1ke6p4ym0mv0eg.measure.1":"357332576eaa973d9ae8380a66e595d2bedfebaf","wait.remind:breaks-1ke6p4ym0mv0eg.measure.1":"5037bf6447dee07e51aa3c3b1c6deba4f7c0947c"}');
INSERT INTO "event" VALUES(18,'run.created',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ymb30','repeats',NULL,NULL,'bd87fc4709dfac6cc6a473a5c02a8c8c','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:9e8f7ecc11a0a46f82534eb76c96ecc63ef7aef6b6d61395a4ab520a46b525cc',NULL);
INSERT INTO "event" VALUES(19,'run.started',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ymb30','repeats',NULL,NULL,'bd87fc4709dfac6cc6a473a5c02a8c8c','{}',2,'2:0bd17366b1d943c51d5b0f8329bd8a7e2524b8e1e53dd4e79e1dbaa9d12815a5',NULL);
INSERT INTO "event" VALUES(20,'request.opened',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ymb30','repeats','may_pay','repeats-1ke6p4ym0ymb30.may_pay','bd87fc4709dfac6cc6a473a5c02a8c8c','{"kind":"approval"}',3,'2:7b889d3ec49802736e04d0e4bfa7d10551370e60041498b738b54ddaed4ab7d1',NULL);
INSERT INTO "event" VALUES(21,'run.waiting',1767603600000000,'slack:U4',NULL,'repeats-1ke6p4ym0ymb30','repeats',NULL,NULL,'bd87fc4709dfac6cc6a473a5c02a8c8c','{"reason":"waits for people at may-pay"}',4,'2:6760a304695c28e651d16ba68929071def86d4a559613d197e849029f0ed7b7d','{"run":"12fb2445da3e09a7ed514dc40d619a42a642de64","step.may_pay":"ef995457acd93f08c26c18518ab1d0476570eda1","request.repeats-1ke6p4ym0ymb30.may_pay":"a64ceb5a2794a35f749f07f5200e90ba5d85efaa","wait.expire:repeats-1ke6p4ym0ymb30.may_pay":"3398a336eb9517de6f4601dfb106641ebf859083"}');
INSERT INTO "event" VALUES(22,'request.decision',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ymb30','repeats','may_pay','repeats-1ke6p4ym0ymb30.may_pay','bd87fc4709dfac6cc6a473a5c02a8c8c','{"digest":"65ce816cb038362b181704e5b784aa52ae4e9a6d5cb0a36b1fcd3532eee08ca7","kind":"approval","choice":"approve","comment":"go on"}',5,'2:2841044783ae967dc5efc4f6f8f9196869407a9f4992e0337bbf829c7adb552d',NULL);
INSERT INTO "event" VALUES(23,'request.decided',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ymb30','repeats','may_pay','repeats-1ke6p4ym0ymb30.may_pay','bd87fc4709dfac6cc6a473a5c02a8c8c','{"outcome":"approved","kind":"approval","choice":"approve","comment":"go on"}',6,'2:cd4313738f94e8b25872ce01d3457935c72d328c4a4083158c354b015130a9c1',NULL);
INSERT INTO "event" VALUES(24,'step.started',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ymb30','repeats','transfer',NULL,'bd87fc4709dfac6cc6a473a5c02a8c8c','{"attempt":1,"title":"transfer"}',7,'2:54aca5258b3c27e32d3b0c0cc7a8a17504101a6d4d8b79fcbb07c9b3f69d07f1',NULL);
INSERT INTO "event" VALUES(25,'run.resumed',1767603600000000,'slack:U1',NULL,'repeats-1ke6p4ym0ymb30','repeats',NULL,NULL,'bd87fc4709dfac6cc6a473a5c02a8c8c','{}',8,'2:030a9d97e08fa13e4bf328d670ac69a5a86187b45a1e2489ffd6dad600bb69ca','{"run":"e7d1203b756e08ebdba465a30def27aa8a7a8f7b","step.may_pay":"10bf0dfd6169b3ad6801903b0d99cc54cc333d3e","step.transfer":"db96dc3d8d1e08fc4a2bd3b7e391a1feff05cef4","request.repeats-1ke6p4ym0ymb30.may_pay":"2309bfa79b3498d915d540dc1a32f8f79113e551","decision.repeats-1ke6p4ym0ymb30.may_pay:1":"c5cfee342cff4707013d43ba3a3704c78aa00ac2","wait.expire:repeats-1ke6p4ym0ymb30.may_pay":null,"wait.remind:repeats-1ke6p4ym0ymb30.may_pay":null}');
INSERT INTO "event" VALUES(26,'step.retrying',1767603600000000,'engine:engine',NULL,'repeats-1ke6p4ym0ymb30','repeats','transfer',NULL,'bd87fc4709dfac6cc6a473a5c02a8c8c','{"attempt":1,"title":"transfer","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 371, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:07:38.496388+00:00","log":[]}',9,'2:39d1d904fdba912f1588a5ecf4ce49d78694b2631f1c3ece72475e1b00063c7e','{"step.transfer":"e25f43137ed82b969b241b3b61eccc475660c0eb","wait.retry:repeats-1ke6p4ym0ymb30:transfer":"1f8add6374eb0d33f01a90e5106d58e60950a3f2"}');
INSERT INTO "event" VALUES(27,'run.created',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0x8akf','ends',NULL,NULL,'efbb9c41b7b69c80b2fa374677bce948','{"input":null,"trigger":"manual"}',1,'2:8c65ff271d4f31287432691830e29af2ad4f82fd99ae3c1c8c6cfba3bf21cd65',NULL);
INSERT INTO "event" VALUES(28,'run.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0x8akf','ends',NULL,NULL,'efbb9c41b7b69c80b2fa374677bce948','{}',2,'2:2ef6a2cff7d5fd60ce1fb4bed7e23c0f03c3880128b4ee0817215b46d0f41381',NULL);
INSERT INTO "event" VALUES(29,'step.started',1767603600000000,'slack:U4',NULL,'ends-1ke6p4ym0x8akf','ends','give_up',NULL,'efbb9c41b7b69c80b2fa374677bce948','{"attempt":1,"title":"give-up"}',3,'2:733ff4ac4c76bd139e0e391ec1ef4d966668b1f1efbcf80d03a1a1899b68df1f','{"run":"444452c08eaf99859801b842aef4424e0968d251","step.give_up":"b3bf47445b97cdcc40d9120ef7b146df3f4eab93"}');
INSERT INTO "event" VALUES(30,'step.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0x8akf','ends','give_up',NULL,'efbb9c41b7b69c80b2fa374677bce948','{"log":[],"ends_run":true,"attempt":1,"title":"give-up","failure":{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}}',4,'2:016b6d2b1605681dd15cdb00cc7bb53c64656b539b1c02d2820d60fa1c1e55f4',NULL);
INSERT INTO "event" VALUES(31,'run.failed',1767603600000000,'engine:engine',NULL,'ends-1ke6p4ym0x8akf','ends',NULL,NULL,'efbb9c41b7b69c80b2fa374677bce948','{"reason":"give-up failed: nothing is left to try"}',5,'2:22f85597a13a47c6222fcebc0d64973d2913bb93794d2f666b952f7c12cef7f5','{"run":"5026d131abf6212d089c46ded5d8fdfeef23e712","step.give_up":"00e0e9dad1f09452d2daad9b81ff880c3ab65fd3"}');
INSERT INTO "event" VALUES(32,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0rqs5q','lined_up',NULL,NULL,'3bad21d8a530f3c85128b284b22d8c2c','{"input":{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"},"trigger":"manual"}',1,'2:673040a7761919f079f27428f54d29fbf66f3e7ffb6417119dd0ddf148bfd755',NULL);
INSERT INTO "event" VALUES(33,'run.started',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0rqs5q','lined_up',NULL,NULL,'3bad21d8a530f3c85128b284b22d8c2c','{}',2,'2:9114ea0d7ca9e6ccf96e3f855877527e65cae685a63cc436b36d969b298212f3',NULL);
INSERT INTO "event" VALUES(34,'request.opened',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0rqs5q','lined_up','may_enter','lined_up-1ke6p4ym0rqs5q.may_enter','3bad21d8a530f3c85128b284b22d8c2c','{"kind":"approval"}',3,'2:fa5d2e3c0c88953b8d79d5b87fda87432a486ef45ff7ed94f02ddb99df94263d',NULL);
INSERT INTO "event" VALUES(35,'run.waiting',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0rqs5q','lined_up',NULL,NULL,'3bad21d8a530f3c85128b284b22d8c2c','{"reason":"waits for people at may-enter"}',4,'2:4596e1377392877e2ff2d3785a363766158e9bca858dac6219215da0e45fa15c','{"run":"29026f666b475f42617c798e1500fcedbd3889eb","step.may_enter":"7fac26617780efd28e187a5c514b8a8518987e03","request.lined_up-1ke6p4ym0rqs5q.may_enter":"cd9a4d47f1fa8739f97a7d9f098d286bdb9f0e89","wait.expire:lined_up-1ke6p4ym0rqs5q.may_enter":"1df5345fb90b89d74246e1e4ba13f7193b5d2ce2"}');
INSERT INTO "event" VALUES(36,'run.created',1767603600000000,'slack:U4',NULL,'lined_up-1ke6p4ym0fgvvh','lined_up',NULL,NULL,'0f0d0b7ff152ddbbedf5a0f15ca44b14','{"input":{"item":"second","region":"north","parts":[],"on":"2026-01-07"},"trigger":"manual"}',1,'2:38163e949cafa628a27ce3f357f70719e359709a46459cd6b7ebb716cfaa6d19','{"run":"e326cc8680c8863e33e0862f9dd4cd9020251cd9"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym06s340','interrupted',NULL,NULL,'052c7cbd48d192d2b9912d14987c61a0','{"input":null,"trigger":"manual"}',1,'2:76120cbe8cdc8017965429be769f5f384af7ba5916f5c90c3b1eaeccd45129ac',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym06s340','interrupted',NULL,NULL,'052c7cbd48d192d2b9912d14987c61a0','{}',2,'2:5b06e27a9b828221ac12914597ae71426bbe30e730b23063042d7cc5561b9cb5',NULL);
INSERT INTO "event" VALUES(39,'step.started',1767603600000000,'slack:U4',NULL,'interrupted-1ke6p4ym06s340','interrupted','copy',NULL,'052c7cbd48d192d2b9912d14987c61a0','{"attempt":1,"title":"copy"}',3,'2:aec56bbf806d564034d2a87a0425a904370c00827cb02927bc07b6a63553187d','{"run":"2eb031c1f9bd3149f4185fc8a8021dec56f49333","step.copy":"dc06b15ce8e098bfcc824ff290f3be358ba1749c"}');
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
INSERT INTO "failure_card" VALUES('breaks-1ke6p4ym0mv0eg.measure.1','breaks-1ke6p4ym0mv0eg','breaks','measure','5b6df722e4f37ce26e6bae1e8a9f4cf1','breaks-1ke6p4ym0mv0eg.measure.1',1);
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
INSERT INTO "log" VALUES(1,0,39,'90029aa041531892b43259dbe5a96ff75f30e7f1fcf99d67a5c0cb06f4aeb8ca','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{"(covered)":"0"}','d05be4c8eac98e50','d71e9cccf8bb97a5fecf71757b005fa7d7e05242');
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
INSERT INTO "request" VALUES('replace-1ke6p4ym0axcsv.may_replace','approval','replace-1ke6p4ym0axcsv','replace','may_replace','open',1,'Replace valve in south?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{"look":"fe3154bcad2514ac1133965e7e66f515b9fb196c3c666c64036eaa99d9457be3"},"code":{"fit":"83cf0e2da6f505eaa090aa9007bd804064eb0a1decd4b3813458fcc3df7d91cf","bill":"cd53d561d26b0e5ae91b7beeb9a4c6894d662b66d599c4ec1b17475a953ecc60"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","region"]}','slack:U4',NULL,1767603600000000,'[["Title","a valve","value"],["On","2026-01-07","value",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('lapses-1ke6p4ym07dsw6.may_lapse','approval','lapses-1ke6p4ym07dsw6','lapses','may_lapse','open',1,'Stop fan?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998","input":"474ca6d6da0b9bb16fc780355def49185a6e4d1d9cbe38ce5818f6515c1113c4","outputs":{},"code":{"stop":"e2a3b68b15457a8f5c2d6edf152eff62e2a9f2a6d8febc5cfd2f0c9771930dfe"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767690000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('breaks-1ke6p4ym0mv0eg.measure.1','failure','breaks-1ke6p4ym0mv0eg','breaks','measure','open',1,'breaks failed at measure','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 371, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('repeats-1ke6p4ym0ymb30.may_pay','approval','repeats-1ke6p4ym0ymb30','repeats','may_pay','decided',3,'Pay for valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"transfer":"a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73"}},"digest":"65ce816cb038362b181704e5b784aa52ae4e9a6d5cb0a36b1fcd3532eee08ca7","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('lined_up-1ke6p4ym0rqs5q.may_enter','approval','lined_up-1ke6p4ym0rqs5q','lined_up','may_enter','open',1,'Enter with valve?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64","input":"97ffd0af0777b96e96b0db96e9f836420e2da244f1f95c2dcca57c9d7a8c7f4e","outputs":{},"code":{"enter":"724bed74cfbd7cc73ea567983ca80b53111677f56af9a8a39b4cc8aaa2d0ef18"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
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
INSERT INTO "run" VALUES('replace-1ke6p4ym0axcsv','replace','2082318b1b5a9e09776770d05e54d74d0471e06a4f016f5343c9166012935cd0','db892bfc14c274ae3603809a57149f028e79c3cd0f9af483a5b58796f6003722','waiting',2,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'8fb36fc6feb6cffaec82f7a491936ac1',1767603600000000,1767603600000000,NULL,'waits for people at may-replace','2:15aede5f6a6353b53d562a541c79468a9c11bccef66a42fa4401fe7424a19af6',6,'xcsv','eb03ff09d668f1a49ef79ba393eec1994fc58a11',NULL,0,'','');
INSERT INTO "run" VALUES('lapses-1ke6p4ym07dsw6','lapses','88cb047423c928dd27668f6f75f76c58e531002974157e328b1b135f88ed3998','a0a60e6e5237ad25c75276d3357b4e32660fceaf014a35d43b888c51abacf47d','waiting',1,'{"item":"fan","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'af9b51f1d8017c315355d7fb4d3af464',1767603600000000,1767603600000000,NULL,'waits for people at may-lapse','2:1a6a83c86550e2855137e97da9bb1a89766db0f1b1233f70e67608e45caac73e',4,'dsw6','7c10b54e17445a3522f14a8e851feae0e4301f99',NULL,0,'','');
INSERT INTO "run" VALUES('breaks-1ke6p4ym0mv0eg','breaks','8ae90e5e409115bd7f8bcd189ec1cb2aa2485156f3ea1fb6ca6a91c91a24d42d','5e2f591145e9b6a5aebb2fde4a936d08659ccbd02aa6185c6a19e23d2c49dd1b','waiting',2,'null','slack:U4',NULL,'manual',NULL,'794a4ab6922cef54f4e19132282342a5',1767603600000000,1767603600000000,NULL,'waits for people at measure','2:a6c14497649f26bf7f05c64cdf1046016995eda7cbc18b94a09993bfb715a374',6,'v0eg','fe3e2a711d3fa478444313c67a6965c5127874b9',NULL,0,'','');
INSERT INTO "run" VALUES('repeats-1ke6p4ym0ymb30','repeats','d9a96a711e8d55a96afbe6b38f8c753e32a52eb9b18e9546128f057feb0e26cf','a4d88d069533ad7ab8154a074757b7ba7e1bff376a10f9e38cfdbaa0c987fb8c','running',3,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'bd87fc4709dfac6cc6a473a5c02a8c8c',1767603600000000,1767603600000000,NULL,'','2:39d1d904fdba912f1588a5ecf4ce49d78694b2631f1c3ece72475e1b00063c7e',9,'mb30','8888669f65a42862924042d317c69336ccb184fb',NULL,0,'','');
INSERT INTO "run" VALUES('ends-1ke6p4ym0x8akf','ends','5b4fe213c64582cb08a1328ddd4971be355e214a7a364e3c0354cb9767778c98','0b6e3a6ead7e9d34b8e80f883a98f10bbe193205e6f0ccc216312dff432ddbeb','failed',2,'null','slack:U4',NULL,'manual',NULL,'efbb9c41b7b69c80b2fa374677bce948',1767603600000000,1767603600000000,1767603600000000,'give-up failed: nothing is left to try','2:22f85597a13a47c6222fcebc0d64973d2913bb93794d2f666b952f7c12cef7f5',5,'8akf','65ae817a91c113949defb24a3d03832b0b09f419',NULL,0,'','');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0rqs5q','lined_up','ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','waiting',1,'{"item":"valve","region":"south","parts":[{"number":3,"title":"a pump"}],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'3bad21d8a530f3c85128b284b22d8c2c',1767603600000000,1767603600000000,NULL,'waits for people at may-enter','2:4596e1377392877e2ff2d3785a363766158e9bca858dac6219215da0e45fa15c',4,'qs5q','1bad591f7a0dd67e9be28eeeb542bf89a81981cf',NULL,0,'','');
INSERT INTO "run" VALUES('lined_up-1ke6p4ym0fgvvh','lined_up','ec891d086f24d75ada8fc0b587eb525129fef4ddb65d462d7599b3ed6b6b2b64','83662bb795f09afefb41d17ef7effd0049175303a0aba0e417a817724201d81c','pending',1,'{"item":"second","region":"north","parts":[],"on":"2026-01-07"}','slack:U4',NULL,'manual',NULL,'0f0d0b7ff152ddbbedf5a0f15ca44b14',1767603600000000,NULL,NULL,'','2:38163e949cafa628a27ce3f357f70719e359709a46459cd6b7ebb716cfaa6d19',1,'gvvh','b593de0483e77fee0585eb193547e2ec4fc3e65a',NULL,0,'','');
INSERT INTO "run" VALUES('interrupted-1ke6p4ym06s340','interrupted','45c7eb4161ea6f6714b1a9147270c1f934c5852dd1b58143c4f3acbe6070fb0d','09a0602447e0a5bdc3c9f622c0438103e65650ba605aa45f7820f528411b73c7','running',1,'null','slack:U4',NULL,'manual',NULL,'052c7cbd48d192d2b9912d14987c61a0',1767603600000000,1767603600000000,NULL,'','2:aec56bbf806d564034d2a87a0425a904370c00827cb02927bc07b6a63553187d',3,'s340','7ace5ced0b730edf8bbe8299e25c7f4bace775df',NULL,0,'','');
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
INSERT INTO "step_run" VALUES('breaks-1ke6p4ym0mv0eg','measure','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 371, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 88, in measure\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'badc8f9bfb73cc5bc0ed824378ae41a402d2c023ff9fb457504492937ce1d968',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ends-1ke6p4ym0x8akf','give_up','failed',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"nothing is left to try","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 113, in give_up\n    raise Fatal(\"nothing is left to try\")\nengine.errors.Fatal: nothing is left to try\n"}','',NULL,'c74528506fb3fd3d6488c960a8dc11ff74aa525f129af9477b9ba2e5eb6b1d67',0,NULL,NULL);
INSERT INTO "step_run" VALUES('interrupted-1ke6p4ym06s340','copy','running',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'8816df14e47629798566c7eb1d2419599f50a40f99dbc48407edf5498717db6c',0,NULL,NULL);
INSERT INTO "step_run" VALUES('lapses-1ke6p4ym07dsw6','may_lapse','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('lined_up-1ke6p4ym0rqs5q','may_enter','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0ymb30','may_pay','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"go on","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('repeats-1ke6p4ym0ymb30','transfer','retrying',1,1,0,1,1767603600000000,1767603600000000,1767604058496388,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 371, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/early_workflows.py\", line 104, in transfer\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'a76581fe6d90850c2f04a6420179ea296b864e3ea86dcc480d0d231be1c15e73',0,NULL,NULL);
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0axcsv','look','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"number":7,"title":"a valve"}',NULL,'',NULL,'703decfdfca6844b42cb7d3c1526410ff51e7d161028f0cea63a739d144745dc',0,NULL,NULL);
INSERT INTO "step_run" VALUES('replace-1ke6p4ym0axcsv','may_replace','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
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
INSERT INTO "wait" VALUES('expire:replace-1ke6p4ym0axcsv.may_replace','expire','replace-1ke6p4ym0axcsv','may_replace','replace-1ke6p4ym0axcsv.may_replace',1767618000000000);
INSERT INTO "wait" VALUES('expire:lapses-1ke6p4ym07dsw6.may_lapse','expire','lapses-1ke6p4ym07dsw6','may_lapse','lapses-1ke6p4ym07dsw6.may_lapse',1767690000000000);
INSERT INTO "wait" VALUES('expire:breaks-1ke6p4ym0mv0eg.measure.1','expire','breaks-1ke6p4ym0mv0eg','measure','breaks-1ke6p4ym0mv0eg.measure.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:breaks-1ke6p4ym0mv0eg.measure.1','remind','breaks-1ke6p4ym0mv0eg','measure','breaks-1ke6p4ym0mv0eg.measure.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:repeats-1ke6p4ym0ymb30:transfer','retry','repeats-1ke6p4ym0ymb30','transfer',NULL,1767604058496388);
INSERT INTO "wait" VALUES('expire:lined_up-1ke6p4ym0rqs5q.may_enter','expire','lined_up-1ke6p4ym0rqs5q','may_enter','lined_up-1ke6p4ym0rqs5q.may_enter',1767776400000000);
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',39);
COMMIT;
