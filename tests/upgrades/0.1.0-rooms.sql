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
INSERT INTO "code" VALUES('9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','{"plan":"cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b","release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}','261df4a5edd746f0147f1cd777bca103b7e6e803');
INSERT INTO "code" VALUES('c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}','d9a18db2fc5b3de1763a7c624e360257d950295c');
INSERT INTO "code" VALUES('bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}','ab8c1480a12964cacf3b2c9275243416f654ba9a');
INSERT INTO "code" VALUES('580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','{"read_sensor":"d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5"}','126f8c4284cd10926c5809450ae5d3d78bba3362');
INSERT INTO "code" VALUES('0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}','f8f7c3140d3c850918e59776ff884ff51ffe16e2');
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
INSERT INTO "decision" VALUES('ship-1ke6p4ym0e2x1s.go_live:1','ship-1ke6p4ym0e2x1s.go_live','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]','{"replicas":7,"note":"n"}','ee119320ebbe887aab36949681c40705a77d899d3355041caaba2eaa51ad18a3','');
INSERT INTO "decision" VALUES('staged-1ke6p4ym0yhjjk.both:1','staged-1ke6p4ym0yhjjk.both','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'bcea4f5c28888e0d885602206bb6422087c002b84b1b00b979ebe5e83fb56e04','');
INSERT INTO "decision" VALUES('revocable-1ke6p4ym0s4brr.take_back:1','revocable-1ke6p4ym0s4brr.take_back','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'c551f27f4c385e07b085a9f4ea5a856dd8a1cc75b4e24794f2fba846bd019015','');
INSERT INTO "decision" VALUES('flaky-1ke6p4ym0bvm3v.first:1','flaky-1ke6p4ym0bvm3v.first','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'3e9e69794a9771fcc04696e9413d7a0213acfb23320587595ba864b68307b911','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','ship','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"ship","nodes":[{"after":[],"failure":null,"kind":"step","name":"plan","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2953fe45833acab3ab371af77d05f895b5499354f8c48542de179a04d227f7dd","takes_ctx":false,"takes_input":true,"timeout":null,"title":"plan","when":null},{"after":[],"ask":"Ship {input.item} for {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":{"fields":{"properties":{"note":{"default":"","title":"Note","type":"string"},"replicas":{"title":"Replicas","type":"integer"}},"required":["replicas"],"title":"Change","type":"object"},"options":{},"proposed":"plan","sole":""},"hours":null,"kind":"approval","leavers_count":false,"name":"go_live","needs":[{"join":"value","parameter":"plan","step":"plan"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Note","source":"plan.note"},{"before":"input","kind":"diff","label":"Plan","source":"plan"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"go-live","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"release","needs":[{"join":"value","parameter":"go_live","step":"go_live"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:a455f821e77ea65e987ec983cfc0b82ee74753d731a75b565789d01f57f54af0","takes_ctx":false,"takes_input":false,"timeout":null,"title":"release","when":{"kind":"outcome","outcome":"approved","step":"go_live"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ship","triggers":[]}',1767603600000000,'2949fef321e9fa17f72a4ada776fcef9e3a77fed');
INSERT INTO "definition" VALUES('b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','staged','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"staged","nodes":[{"after":[],"ask":"Buy {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"both","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"former":[],"needs":2}]},{"name":"second","quorums":[{"approvers":["U9"],"former":[],"needs":1}]}],"title":"both","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"buy","needs":[{"join":"value","parameter":"both","step":"both"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:83871677971d827e7cceab542e6562cc17f459939ba3fc0126412e234c1490ee","takes_ctx":false,"takes_input":true,"timeout":null,"title":"buy","when":{"kind":"outcome","outcome":"approved","step":"both"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"staged","triggers":[]}',1767603600000000,'2af0e02bfc19607e7643511e4c73a33c5c801728');
INSERT INTO "definition" VALUES('ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','revocable','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"revocable","nodes":[{"after":[],"ask":"Delete {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"take_back","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"take-back","undo":3600.0,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"delete","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:b5ada7a2397f6ea8b620564a42286426a263c485be1eac784334c84367679a42","takes_ctx":false,"takes_input":true,"timeout":null,"title":"delete","when":{"kind":"outcome","outcome":"approved","step":"take_back"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"revocable","triggers":[]}',1767603600000000,'4d4c6816d8dd509969dcfecf5bdbf6d43c64888e');
INSERT INTO "definition" VALUES('79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','fails','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"fails","nodes":[{"after":[],"failure":null,"kind":"step","name":"read_sensor","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"read-sensor","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"fails","triggers":[]}',1767603600000000,'9a81269600e25d939d71312f34fd2869741b4ad1');
INSERT INTO "definition" VALUES('2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','flaky','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"flaky","nodes":[{"after":[],"ask":"Pay {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"first","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"first","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"pay","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:b25e2ea904eab4e6fe3d270909aa31919e1dc82e7a70f2b6799bbecb355836af","takes_ctx":true,"takes_input":true,"timeout":null,"title":"pay","when":{"kind":"outcome","outcome":"approved","step":"first"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"flaky","triggers":[]}',1767603600000000,'02b6b18a69e05992106d986b26d6954a7d53f569');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym06z62p','ship',NULL,NULL,'1bfe185591fe31d81b762057f0b570ad','{"input":{"item":"valve","amount":12345.67},"trigger":"manual"}',1,'2:6097ca8c66beb707d87689e49d58c238dc75428eb7a93f3ac1a1800f6ed27b1b',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym06z62p','ship',NULL,NULL,'1bfe185591fe31d81b762057f0b570ad','{}',2,'2:ff56cb05c7bcdfc315f048d7086998209898d70d1aa47066d02d707a9e7d147c',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym06z62p','ship','plan',NULL,'1bfe185591fe31d81b762057f0b570ad','{"attempt":1,"title":"plan"}',3,'2:c02b95393c8c233ea07cef9f92dad48a45e2ae2f99f97bed154af1cee530c913','{"run":"663cc4a55a99dac32f4546d39fa264c8ebdfe816","step.plan":"911aa511a0a3f2a881c4c87cc59a772a4238eeba"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym06z62p','ship','plan',NULL,'1bfe185591fe31d81b762057f0b570ad','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:d4c62aaa54ebdb70da0394e6346e4f902c5eaa96640a426505d7a7e5d5755e43',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym06z62p','ship','go_live','ship-1ke6p4ym06z62p.go_live','1bfe185591fe31d81b762057f0b570ad','{"kind":"approval"}',5,'2:da0281438157f17b7880f9fa258232e098c8b8cf947810494094c24070c08696',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym06z62p','ship',NULL,NULL,'1bfe185591fe31d81b762057f0b570ad','{"reason":"waits for people at go-live"}',6,'2:f3bf62c91695acae1384aa43b4e8488bd76ba0069a644243e93def26d411e72a','{"run":"095bff6ad44d8a2899a076246ac9b10eac68380d","step.plan":"ca4884649b4cda6f432fdaa93454270b50368bc1","step.go_live":"cec5730a2a6af42fdeef422090b5a03e75b6f7d6","request.ship-1ke6p4ym06z62p.go_live":"42dcb02e64a63b488f8c6d302cf5d3ca42b649dd","wait.expire:ship-1ke6p4ym06z62p.go_live":"d6ae68fa1bc32d76334b884f68f8ffea02d89747"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0e2x1s','ship',NULL,NULL,'db4e31fd4474a4e8d629de3f2f4e44a8','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:840456988f3d2cfcf39f0ca33a779130f3e6891c92d6590625eca818e34d26f7',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0e2x1s','ship',NULL,NULL,'db4e31fd4474a4e8d629de3f2f4e44a8','{}',2,'2:c145473680238108b472cc7a7ae9437bdb9210996c4fd6fdc9fcec7b4aed61b1',NULL);
INSERT INTO "event" VALUES(10,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0e2x1s','ship','plan',NULL,'db4e31fd4474a4e8d629de3f2f4e44a8','{"attempt":1,"title":"plan"}',3,'2:3bf88185d7f673b49f972ffccc217d5e4bba517a9d7462e3331b29d903729b0a','{"run":"289ae80ec48bcc09edb0bd637f7fbefd047242b7","step.plan":"57a5a8895c5d06367af623ddfb1abe46cf22d892"}');
INSERT INTO "event" VALUES(11,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0e2x1s','ship','plan',NULL,'db4e31fd4474a4e8d629de3f2f4e44a8','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:158dddfefd67d4411a802413e3f0c610c3ea32a02fc79fe4e5c58f063b2bacb4',NULL);
INSERT INTO "event" VALUES(12,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0e2x1s','ship','go_live','ship-1ke6p4ym0e2x1s.go_live','db4e31fd4474a4e8d629de3f2f4e44a8','{"kind":"approval"}',5,'2:81429a9528c9f3130013112372574ecdfb5808263e357938afbf5d1cb53008f3',NULL);
INSERT INTO "event" VALUES(13,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0e2x1s','ship',NULL,NULL,'db4e31fd4474a4e8d629de3f2f4e44a8','{"reason":"waits for people at go-live"}',6,'2:2648ad786e46ace364db9dc6afb6fe141555e518f930144ff86705c05b72decb','{"run":"59d93dcbdfc54170c6b762446789f33ad134b998","step.plan":"254dee2c79684d12160fef098c92c7b2a15957c4","step.go_live":"fbee6b2b2ebb2ebd5598b959020e787d019477af","request.ship-1ke6p4ym0e2x1s.go_live":"231ca5702df3c02b9dae5b86755eb7510b879a30","wait.expire:ship-1ke6p4ym0e2x1s.go_live":"52b62c3629ce3a0f7e044c2ddaa910a58331ebae"}');
INSERT INTO "event" VALUES(14,'request.decision',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0e2x1s','ship','go_live','ship-1ke6p4ym0e2x1s.go_live','db4e31fd4474a4e8d629de3f2f4e44a8','{"digest":"ee119320ebbe887aab36949681c40705a77d899d3355041caaba2eaa51ad18a3","kind":"approval","choice":"approve","comment":"","changes":{"replicas":[5,7],"note":["more pumps","n"]}}',7,'2:abe62ca5d8bee7cb841d517738c7d1c86a994d0ddb91ed10f7684d434b929915',NULL);
INSERT INTO "event" VALUES(15,'request.decided',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0e2x1s','ship','go_live','ship-1ke6p4ym0e2x1s.go_live','db4e31fd4474a4e8d629de3f2f4e44a8','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',8,'2:e8b63e338f3d7d6d2296a348c8ae345b304cea7a794e74da221b2902d8044d77',NULL);
INSERT INTO "event" VALUES(16,'step.started',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0e2x1s','ship','release',NULL,'db4e31fd4474a4e8d629de3f2f4e44a8','{"attempt":1,"title":"release"}',9,'2:6c22617ce4e388e9a5fdac04050ba60bb1d1b4b676c53c610b2db6f0fbc42ddb',NULL);
INSERT INTO "event" VALUES(17,'run.resumed',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0e2x1s','ship',NULL,NULL,'db4e31fd4474a4e8d629de3f2f4e44a8','{}',10,'2:45d36da01da2c458c7eaca13cbd47914061e1b2e219e02914424d3735fe8ee10','{"run":"289ae80ec48bcc09edb0bd637f7fbefd047242b7","step.go_live":"367c25928d03435a0d4d23663add71840bf86c16","step.release":"c3e2953b7553fb176a833f70bf63645e978932f9","request.ship-1ke6p4ym0e2x1s.go_live":"5d9ef53b25bf23c095754c286d06ae2c7712d40c","decision.ship-1ke6p4ym0e2x1s.go_live:1":"de09690dcb07b5bc0c45b663d627c6474beb3562","wait.expire:ship-1ke6p4ym0e2x1s.go_live":null,"wait.remind:ship-1ke6p4ym0e2x1s.go_live":null}');
INSERT INTO "event" VALUES(18,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0e2x1s','ship','release',NULL,'db4e31fd4474a4e8d629de3f2f4e44a8','{"attempt":1,"title":"release","seconds":0.0,"log":[]}',11,'2:7ff662da7ca4df64f9cd75917e7ecc65249d7636c293653cc547044337430402',NULL);
INSERT INTO "event" VALUES(19,'run.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0e2x1s','ship',NULL,NULL,'db4e31fd4474a4e8d629de3f2f4e44a8','{}',12,'2:a0b71eb3b0c46a7de20c05d342564b8031c4986f7e1955ada7064a04d86d6aa2','{"run":"e8c621774bc40c27b411b8393c5e50a09c921fa3","step.release":"7654adf552934541820c1055de9ad7c76f804ac1"}');
INSERT INTO "event" VALUES(20,'run.created',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0yhjjk','staged',NULL,NULL,'5ad23d77a9b5a0fca2573a99b4474613','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:e3790795168dcda937c9a9faf1cb1e84d11cf54f141e868a10c787a62a28a968',NULL);
INSERT INTO "event" VALUES(21,'run.started',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0yhjjk','staged',NULL,NULL,'5ad23d77a9b5a0fca2573a99b4474613','{}',2,'2:041a8eed91ab843315b7699fa964539e769c7ab9c1cb380fdbeb8ec9a8b6232b',NULL);
INSERT INTO "event" VALUES(22,'request.opened',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0yhjjk','staged','both','staged-1ke6p4ym0yhjjk.both','5ad23d77a9b5a0fca2573a99b4474613','{"kind":"approval"}',3,'2:2fe93e40ea75428a915273b1a8e5fe7b4b338bf55ad06a9ece7ecff58b2c83bc',NULL);
INSERT INTO "event" VALUES(23,'run.waiting',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0yhjjk','staged',NULL,NULL,'5ad23d77a9b5a0fca2573a99b4474613','{"reason":"waits for people at both"}',4,'2:531be6dca9a7164fbb25ff8e8d83124e708c6067a2e064ff6ce5ef65f411e419','{"run":"3b30b1c59e979b151135c5c856f7ebf6d8100dbd","step.both":"6e1e78557d90a8c4d49cc1d69c4735f0b856e5cb","request.staged-1ke6p4ym0yhjjk.both":"aa3ac2b0d0c9398f0fde3f3cb48e77e1b20ec1fa","wait.expire:staged-1ke6p4ym0yhjjk.both":"058faa68c2dcb294aa9c1a5ccfc59ec9cd4254f5"}');
INSERT INTO "event" VALUES(24,'request.decision',1767603600000000,'slack:U1',NULL,'staged-1ke6p4ym0yhjjk','staged','both','staged-1ke6p4ym0yhjjk.both','5ad23d77a9b5a0fca2573a99b4474613','{"digest":"bcea4f5c28888e0d885602206bb6422087c002b84b1b00b979ebe5e83fb56e04","kind":"approval","choice":"approve","comment":""}',5,'2:25d5f334a8f54913ad3e0e5d3e42e1060b9dae420137b0888f052d0c533e7845','{"run":"3b30b1c59e979b151135c5c856f7ebf6d8100dbd","request.staged-1ke6p4ym0yhjjk.both":"0e99bb22b5615f16d1a53e4c992e59f52bc89297","decision.staged-1ke6p4ym0yhjjk.both:1":"80c4067d258b467a3876b25859f2780dd63cf68e"}');
INSERT INTO "event" VALUES(25,'run.created',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0s4brr','revocable',NULL,NULL,'53945c4fe5a59626099dac12f81e72f0','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:ba35efc920f0da7bbb0f81a23e4ef03f7bcd9f6fa37d6c8fe64d6d85e5acd0f8',NULL);
INSERT INTO "event" VALUES(26,'run.started',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0s4brr','revocable',NULL,NULL,'53945c4fe5a59626099dac12f81e72f0','{}',2,'2:05ba50094e1958cbfe0b5370a3f6c2d6e428ccff2528a7c1ec433402da8e2cbc',NULL);
INSERT INTO "event" VALUES(27,'request.opened',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0s4brr','revocable','take_back','revocable-1ke6p4ym0s4brr.take_back','53945c4fe5a59626099dac12f81e72f0','{"kind":"approval"}',3,'2:8b926f34b19e7472828f77a11a43d64167639c18fdca074718472406d6fdf423',NULL);
INSERT INTO "event" VALUES(28,'run.waiting',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0s4brr','revocable',NULL,NULL,'53945c4fe5a59626099dac12f81e72f0','{"reason":"waits for people at take-back"}',4,'2:e348cfbb2c08116f1c6b546b1fea22acd08ffbdb109ae0c0d2649f1847975951','{"run":"e927a9265f36a2fc320e30e5dc2f89d3bc8fb494","step.take_back":"80ab2da3c0891f3c1137d9ba1138eb53de236400","request.revocable-1ke6p4ym0s4brr.take_back":"d7a12eb57fc082a3ae2edcf459229dcfeea5ba83","wait.expire:revocable-1ke6p4ym0s4brr.take_back":"f3c36c0127910e479cfde600040971b55686875e"}');
INSERT INTO "event" VALUES(29,'request.decision',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0s4brr','revocable','take_back','revocable-1ke6p4ym0s4brr.take_back','53945c4fe5a59626099dac12f81e72f0','{"digest":"c551f27f4c385e07b085a9f4ea5a856dd8a1cc75b4e24794f2fba846bd019015","kind":"approval","choice":"approve","comment":""}',5,'2:cda23b0226fa13a7f7fbdb4104c9cb4c4246e30f568d7801a808a463b827131a',NULL);
INSERT INTO "event" VALUES(30,'request.held',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0s4brr','revocable','take_back','revocable-1ke6p4ym0s4brr.take_back','53945c4fe5a59626099dac12f81e72f0','{"effective_at":"2026-01-05T10:00:00+00:00"}',6,'2:2d5657bd253b12618b5c47127023b9353e54c3c58a37e6b8a9f0b4e8692c21be','{"run":"e927a9265f36a2fc320e30e5dc2f89d3bc8fb494","request.revocable-1ke6p4ym0s4brr.take_back":"2d38d6a9cef46350075265a6770c0d1b423e8a1a","decision.revocable-1ke6p4ym0s4brr.take_back:1":"562fa4ee489f303c4ba78b316361d6c820210dd9","wait.expire:revocable-1ke6p4ym0s4brr.take_back":null,"wait.remind:revocable-1ke6p4ym0s4brr.take_back":null,"wait.effect:revocable-1ke6p4ym0s4brr.take_back":"5c7a09f20739afbbe4709d0e7a488b503c29f5d7"}');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0w1r2e','fails',NULL,NULL,'3c0b9a940d8fb5774ded380a5850849c','{"input":null,"trigger":"manual"}',1,'2:48ecebb7cfdc9c673d71bbf4250bf1cf465517e1fa9f9d79030b7e0e5645d0f8',NULL);
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0w1r2e','fails',NULL,NULL,'3c0b9a940d8fb5774ded380a5850849c','{}',2,'2:7ef6b0c56737c1b4fabe8ce69af56d3521c76f7870797e95a95d264123983b5d',NULL);
INSERT INTO "event" VALUES(33,'step.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0w1r2e','fails','read_sensor',NULL,'3c0b9a940d8fb5774ded380a5850849c','{"attempt":1,"title":"read-sensor"}',3,'2:33f2feb8e7619b5f76bd5a2bac7d8d3c4d22e806c583b2ccb91662af489cd854','{"run":"56221d10050fbaccb7786681ab87db6c47da5ccd","step.read_sensor":"83dc010f935b53eff676209d053d78d5670264bc"}');
INSERT INTO "event" VALUES(34,'step.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0w1r2e','fails','read_sensor',NULL,'3c0b9a940d8fb5774ded380a5850849c','{"log":[],"attempt":1,"title":"read-sensor","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 239, in _outcome\n    result = await self._execute(attempt, code, step_log)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 310, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 343, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:018e01f71e6a3a27437527bcf1be3e4ee4bd3b6b09ba5d66ef51372ac154a5e7',NULL);
INSERT INTO "event" VALUES(35,'request.opened',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0w1r2e','fails','read_sensor','fails-1ke6p4ym0w1r2e.read_sensor.1','3c0b9a940d8fb5774ded380a5850849c','{"kind":"failure"}',5,'2:36b364c824c5ec744248cff24bf95c084ea3264f3c4fbb2cd098e8c42ed6bb50',NULL);
INSERT INTO "event" VALUES(36,'run.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0w1r2e','fails',NULL,NULL,'3c0b9a940d8fb5774ded380a5850849c','{"reason":"waits for people at read-sensor"}',6,'2:719ca01ddda129744cf5014980f1844bf6b295645ff079a1b176958ecefa9dec','{"run":"daf12eea445c0ce872f33533fe65870cac2510ba","step.read_sensor":"44ad6bb79c421fa85e94fccd9465c6c018ce5a95","request.fails-1ke6p4ym0w1r2e.read_sensor.1":"5256474fc230d6c2930f65c9fc4d76867501eb38","wait.expire:fails-1ke6p4ym0w1r2e.read_sensor.1":"d1818ec695109cec523bae97c13b7532de53546d","wait.remind:fails-1ke6p4ym0w1r2e.read_sensor.1":"74cdec2b55f43259eb1591a705377991699bf6e0"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0bvm3v','flaky',NULL,NULL,'934568bea72d4545dc00d5ca640753d2','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:55e45b94f821dbfc1979db5fa67f09966981c6d9fa5ef12f4f9936e4c7980aa3',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0bvm3v','flaky',NULL,NULL,'934568bea72d4545dc00d5ca640753d2','{}',2,'2:2acf8f3833214871539a0cb75bfbf00699fb66fe87f7ad5c5eaf77d613d04e56',NULL);
INSERT INTO "event" VALUES(39,'request.opened',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0bvm3v','flaky','first','flaky-1ke6p4ym0bvm3v.first','934568bea72d4545dc00d5ca640753d2','{"kind":"approval"}',3,'2:9ac9eda944f4256c0d256fe8d23615e15a9b81e91b862b69a403bfb51c8d33b3',NULL);
INSERT INTO "event" VALUES(40,'run.waiting',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0bvm3v','flaky',NULL,NULL,'934568bea72d4545dc00d5ca640753d2','{"reason":"waits for people at first"}',4,'2:6afc6897cd322f4df409591a2a5fa385405898ed0d244d9997369b2d371aa763','{"run":"fcb8cb057c2252efec84538be79ce69acf9b7aba","step.first":"0a0dd748eb36f4412d40b7821ad1ef7023752a0d","request.flaky-1ke6p4ym0bvm3v.first":"b7820693f48dac5628b7f9c66270afe9468aaf4d","wait.expire:flaky-1ke6p4ym0bvm3v.first":"398b2337e0519249400d5eefaff40ed53e2cb7c2"}');
INSERT INTO "event" VALUES(41,'request.decision',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0bvm3v','flaky','first','flaky-1ke6p4ym0bvm3v.first','934568bea72d4545dc00d5ca640753d2','{"digest":"3e9e69794a9771fcc04696e9413d7a0213acfb23320587595ba864b68307b911","kind":"approval","choice":"approve","comment":""}',5,'2:ce3aec8c9c483fdd4f7ebeabbb7e072adae4f4a9fa07f4c12a1f2ec12074daaf',NULL);
INSERT INTO "event" VALUES(42,'request.decided',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0bvm3v','flaky','first','flaky-1ke6p4ym0bvm3v.first','934568bea72d4545dc00d5ca640753d2','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',6,'2:71d0a9552f56674ece365028a2adfebfd93ee956e351d9a537dd440e3d840399',NULL);
INSERT INTO "event" VALUES(43,'step.started',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0bvm3v','flaky','pay',NULL,'934568bea72d4545dc00d5ca640753d2','{"attempt":1,"title":"pay"}',7,'2:89ce9d429c082cbe32a48d23802a18535eaa7b9d69a376070d03389eb36da2a2',NULL);
INSERT INTO "event" VALUES(44,'run.resumed',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0bvm3v','flaky',NULL,NULL,'934568bea72d4545dc00d5ca640753d2','{}',8,'2:91111097a0fdc5e4648e9eef69f55e036727e7b21b645c1497f216e31fcbc678','{"run":"bbaa0e54da21dc2a8bb03adae2e4b36f0661b45f","step.first":"05edb1685d8f4b68c4824657af7921f6a6fa567c","step.pay":"06078a325d4f71719bf830b17d5dddf89e6cdb75","request.flaky-1ke6p4ym0bvm3v.first":"4400c0fa64737e2e3a460806b80366966fe1e85c","decision.flaky-1ke6p4ym0bvm3v.first:1":"586c167f92a014c5f58d6f76ef90174c8949df17","wait.expire:flaky-1ke6p4ym0bvm3v.first":null,"wait.remind:flaky-1ke6p4ym0bvm3v.first":null}');
INSERT INTO "event" VALUES(45,'step.retrying',1767603600000000,'engine:engine',NULL,'flaky-1ke6p4ym0bvm3v','flaky','pay',NULL,'934568bea72d4545dc00d5ca640753d2','{"attempt":1,"title":"pay","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 239, in _outcome\n    result = await self._execute(attempt, code, step_log)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 310, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 343, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:00:48.661889+00:00","log":[]}',9,'2:52d297e6905f8245c2e12b23b03d0872ca4aad3abb529b035cc5429e3c5fae5b','{"step.pay":"1bee956bf8783a533af4c1d4d2b45750f9c52add","wait.retry:flaky-1ke6p4ym0bvm3v:pay":"efde2fd1436bf834a7a44ea7a5895dfb7b508cbd"}');
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
INSERT INTO "log" VALUES(1,0,45,'89715c4a5ce61fcc5075705fa047b162384f273d811c7fc3125d5112e13450ab','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{}','403a99af01ad3745','e892e1dea05ea6866ab8970b914a690e88e697dd');
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
INSERT INTO "request" VALUES('ship-1ke6p4ym06z62p.go_live','approval','ship-1ke6p4ym06z62p','ship','go_live','open',1,'Ship valve for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":5,"note":"more valves"},"proposed":{"replicas":5,"note":"more valves"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"2248960b41aad962e66cea66fb923a047b455d68b59d283f164d68572862a117","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more valves","value"],["Plan",{"before":{"item":"valve","amount":12345.67},"after":{"replicas":5,"note":"more valves"}},"diff",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('ship-1ke6p4ym0e2x1s.go_live','approval','ship-1ke6p4ym0e2x1s','ship','go_live','decided',3,'Ship pump for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":7,"note":"n"},"proposed":{"replicas":5,"note":"more pumps"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"ee119320ebbe887aab36949681c40705a77d899d3355041caaba2eaa51ad18a3","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more pumps","value"],["Plan",{"before":{"item":"pump","amount":12345.67},"after":{"replicas":5,"note":"more pumps"}},"diff",true]]',NULL,1767618000000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('staged-1ke6p4ym0yhjjk.both','approval','staged-1ke6p4ym0yhjjk','staged','both','open',2,'Buy pump?','{"choices":["approve","reject"],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"needs":2,"former":[]}]},{"name":"second","quorums":[{"approvers":["U9"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('revocable-1ke6p4ym0s4brr.take_back','approval','revocable-1ke6p4ym0s4brr','revocable','take_back','held',3,'Delete pump?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":3600.0,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}},"digest":"c551f27f4c385e07b085a9f4ea5a856dd8a1cc75b4e24794f2fba846bd019015","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767607200000000,NULL,0);
INSERT INTO "request" VALUES('fails-1ke6p4ym0w1r2e.read_sensor.1','failure','fails-1ke6p4ym0w1r2e','fails','read_sensor','open',1,'fails failed at read-sensor','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 239, in _outcome\n    result = await self._execute(attempt, code, step_log)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 310, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 343, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('flaky-1ke6p4ym0bvm3v.first','approval','flaky-1ke6p4ym0bvm3v','flaky','first','decided',3,'Pay 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}},"digest":"3e9e69794a9771fcc04696e9413d7a0213acfb23320587595ba864b68307b911","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
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
INSERT INTO "run" VALUES('ship-1ke6p4ym06z62p','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','waiting',2,'{"item":"valve","amount":12345.67}','slack:U4',NULL,'manual',NULL,'1bfe185591fe31d81b762057f0b570ad',1767603600000000,1767603600000000,NULL,'waits for people at go-live','2:f3bf62c91695acae1384aa43b4e8488bd76ba0069a644243e93def26d411e72a',6,'z62p','c1196c3cba113f859a89220ba9a0c7f08b4f1d5d',NULL);
INSERT INTO "run" VALUES('ship-1ke6p4ym0e2x1s','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','succeeded',4,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'db4e31fd4474a4e8d629de3f2f4e44a8',1767603600000000,1767603600000000,1767603600000000,'','2:a0b71eb3b0c46a7de20c05d342564b8031c4986f7e1955ada7064a04d86d6aa2',12,'2x1s','11f514cfcf7bf194334024e18494c8e6adca311c',NULL);
INSERT INTO "run" VALUES('staged-1ke6p4ym0yhjjk','staged','b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'5ad23d77a9b5a0fca2573a99b4474613',1767603600000000,1767603600000000,NULL,'waits for people at both','2:25d5f334a8f54913ad3e0e5d3e42e1060b9dae420137b0888f052d0c533e7845',5,'hjjk','4ba237a8ae80797b1df69cf3132db0d90e0d3e24',NULL);
INSERT INTO "run" VALUES('revocable-1ke6p4ym0s4brr','revocable','ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'53945c4fe5a59626099dac12f81e72f0',1767603600000000,1767603600000000,NULL,'waits for people at take-back','2:2d5657bd253b12618b5c47127023b9353e54c3c58a37e6b8a9f0b4e8692c21be',6,'4brr','b2681b76a2610acc3fc352120e93b78cc3e0d6eb',NULL);
INSERT INTO "run" VALUES('fails-1ke6p4ym0w1r2e','fails','79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','waiting',2,'null','slack:U4',NULL,'manual',NULL,'3c0b9a940d8fb5774ded380a5850849c',1767603600000000,1767603600000000,NULL,'waits for people at read-sensor','2:719ca01ddda129744cf5014980f1844bf6b295645ff079a1b176958ecefa9dec',6,'1r2e','c85f2ba50485334cd91b1777bc98465c6fefa02c',NULL);
INSERT INTO "run" VALUES('flaky-1ke6p4ym0bvm3v','flaky','2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','running',3,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'934568bea72d4545dc00d5ca640753d2',1767603600000000,1767603600000000,NULL,'','2:52d297e6905f8245c2e12b23b03d0872ca4aad3abb529b035cc5429e3c5fae5b',9,'vm3v','0b272980b078a5ae239e00b0f2af52a59807986d',NULL);
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
INSERT INTO "step_run" VALUES('fails-1ke6p4ym0w1r2e','read_sensor','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 239, in _outcome\n    result = await self._execute(attempt, code, step_log)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 310, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 343, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5',0);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0bvm3v','first','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0bvm3v','pay','retrying',1,1,0,1,1767603600000000,1767603600000000,1767603648661889,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 239, in _outcome\n    result = await self._execute(attempt, code, step_log)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 310, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 343, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd',0);
INSERT INTO "step_run" VALUES('revocable-1ke6p4ym0s4brr','take_back','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym06z62p','go_live','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym06z62p','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more valves"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0e2x1s','go_live','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00","value":{"replicas":7,"note":"n"}}',NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0e2x1s','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more pumps"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0e2x1s','release','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'"7 replicas"',NULL,'',NULL,'991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6',0);
INSERT INTO "step_run" VALUES('staged-1ke6p4ym0yhjjk','both','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
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
INSERT INTO "wait" VALUES('expire:ship-1ke6p4ym06z62p.go_live','expire','ship-1ke6p4ym06z62p','go_live','ship-1ke6p4ym06z62p.go_live',1767618000000000);
INSERT INTO "wait" VALUES('expire:staged-1ke6p4ym0yhjjk.both','expire','staged-1ke6p4ym0yhjjk','both','staged-1ke6p4ym0yhjjk.both',1767776400000000);
INSERT INTO "wait" VALUES('effect:revocable-1ke6p4ym0s4brr.take_back','effect','revocable-1ke6p4ym0s4brr','take_back','revocable-1ke6p4ym0s4brr.take_back',1767607200000000);
INSERT INTO "wait" VALUES('expire:fails-1ke6p4ym0w1r2e.read_sensor.1','expire','fails-1ke6p4ym0w1r2e','read_sensor','fails-1ke6p4ym0w1r2e.read_sensor.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:fails-1ke6p4ym0w1r2e.read_sensor.1','remind','fails-1ke6p4ym0w1r2e','read_sensor','fails-1ke6p4ym0w1r2e.read_sensor.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:flaky-1ke6p4ym0bvm3v:pay','retry','flaky-1ke6p4ym0bvm3v','pay',NULL,1767603648661889);
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
INSERT INTO "sqlite_sequence" VALUES('event',45);
COMMIT;
