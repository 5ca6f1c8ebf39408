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
INSERT INTO "code" VALUES('9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','{"plan":"cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b","release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}','ec0e1ef496b190017cc8bb063a16c019d614a4dd');
INSERT INTO "code" VALUES('c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}','e15ade0bec0cf83501b6674aa99cb25ff4cd28d6');
INSERT INTO "code" VALUES('bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}','d33ff9fdac0a89c3934df71d589c4d0bc36c684d');
INSERT INTO "code" VALUES('580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','{"read_sensor":"d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5"}','8baf46449d6c0cbab22586e2202c25525e44fd5f');
INSERT INTO "code" VALUES('0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}','9754b6d89a9711065eca7c5e9c617edd75382ba2');
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
INSERT INTO "decision" VALUES('ship-1ke6p4ym0yfjyw.go_live:1','ship-1ke6p4ym0yfjyw.go_live','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]','{"replicas":7,"note":"n"}','0270c5c99030dccd969441cea489e04864814f773dd286b74a3ad5e67b500283','');
INSERT INTO "decision" VALUES('staged-1ke6p4ym0vzn4w.both:1','staged-1ke6p4ym0vzn4w.both','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'7627d40f08d23119602b57406f8f0251de4cce44444361f9da2105ea521ee187','');
INSERT INTO "decision" VALUES('revocable-1ke6p4ym0hbpsz.take_back:1','revocable-1ke6p4ym0hbpsz.take_back','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'9119e035bbe432d7d365d5343c161e10e25aa8273d12b93cfd1772408351d3cb','');
INSERT INTO "decision" VALUES('flaky-1ke6p4ym0t75ms.first:1','flaky-1ke6p4ym0t75ms.first','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'ae67ff60489c653a1ae2b446caea80da4500180cca1ff116dcb52df639fd91dc','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','ship','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"ship","nodes":[{"after":[],"failure":null,"kind":"step","name":"plan","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2953fe45833acab3ab371af77d05f895b5499354f8c48542de179a04d227f7dd","takes_ctx":false,"takes_input":true,"timeout":null,"title":"plan","when":null},{"after":[],"ask":"Ship {input.item} for {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":{"fields":{"properties":{"note":{"default":"","title":"Note","type":"string"},"replicas":{"title":"Replicas","type":"integer"}},"required":["replicas"],"title":"Change","type":"object"},"options":{},"proposed":"plan","sole":""},"hours":null,"kind":"approval","leavers_count":false,"name":"go_live","needs":[{"join":"value","parameter":"plan","step":"plan"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Note","source":"plan.note"},{"before":"input","kind":"diff","label":"Plan","source":"plan"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"go-live","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"release","needs":[{"join":"value","parameter":"go_live","step":"go_live"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:a455f821e77ea65e987ec983cfc0b82ee74753d731a75b565789d01f57f54af0","takes_ctx":false,"takes_input":false,"timeout":null,"title":"release","when":{"kind":"outcome","outcome":"approved","step":"go_live"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ship","triggers":[]}',1767603600000000,'1181b8abfdb9e6fae565f6ffb0e727dee88a3c7d');
INSERT INTO "definition" VALUES('b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','staged','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"staged","nodes":[{"after":[],"ask":"Buy {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"both","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"former":[],"needs":2}]},{"name":"second","quorums":[{"approvers":["U9"],"former":[],"needs":1}]}],"title":"both","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"buy","needs":[{"join":"value","parameter":"both","step":"both"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:83871677971d827e7cceab542e6562cc17f459939ba3fc0126412e234c1490ee","takes_ctx":false,"takes_input":true,"timeout":null,"title":"buy","when":{"kind":"outcome","outcome":"approved","step":"both"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"staged","triggers":[]}',1767603600000000,'14219ccef8f4c88ef0aea0b35f3dfb71c827ff69');
INSERT INTO "definition" VALUES('ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','revocable','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"revocable","nodes":[{"after":[],"ask":"Delete {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"take_back","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"take-back","undo":3600.0,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"delete","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:b5ada7a2397f6ea8b620564a42286426a263c485be1eac784334c84367679a42","takes_ctx":false,"takes_input":true,"timeout":null,"title":"delete","when":{"kind":"outcome","outcome":"approved","step":"take_back"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"revocable","triggers":[]}',1767603600000000,'56272c5b8edd5055c5379d651b45c7e7db37221d');
INSERT INTO "definition" VALUES('79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','fails','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"fails","nodes":[{"after":[],"failure":null,"kind":"step","name":"read_sensor","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"read-sensor","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"fails","triggers":[]}',1767603600000000,'ecc56aa63e670d6b6725b4b2a986282ee45fce0a');
INSERT INTO "definition" VALUES('2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','flaky','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"flaky","nodes":[{"after":[],"ask":"Pay {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"first","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"first","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"pay","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:b25e2ea904eab4e6fe3d270909aa31919e1dc82e7a70f2b6799bbecb355836af","takes_ctx":true,"takes_input":true,"timeout":null,"title":"pay","when":{"kind":"outcome","outcome":"approved","step":"first"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"flaky","triggers":[]}',1767603600000000,'0f7c02261081bc4d23d7ee33d167ad28edd17557');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0x0xj7','ship',NULL,NULL,'3a2748dc23a3a6887cade993da782223','{"input":{"item":"valve","amount":12345.67},"trigger":"manual"}',1,'2:ce58f95ac6b0957b8bd183a237b6cd8ddf8f86bf5df61bcf911da136ba5a5909',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0x0xj7','ship',NULL,NULL,'3a2748dc23a3a6887cade993da782223','{}',2,'2:4b18f4cf47112584452f56411dfc0bd3b4a6eb38ce97863dcb103f5dcadf04ce',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0x0xj7','ship','plan',NULL,'3a2748dc23a3a6887cade993da782223','{"attempt":1,"title":"plan"}',3,'2:c035f002cc334ed39ae6f2ada12ece02254d2c372bbdeca849adf6d43a5166ed','{"run":"7e82ecc646f42133084a4fcc03a2229446533317","step.plan":"f60330db2164281d185cc194edfe3ee8e0e523fc"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0x0xj7','ship','plan',NULL,'3a2748dc23a3a6887cade993da782223','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:ef777e8e865c4fc6215d7c4070594b9623752d951c18a463bd8a153b544994be',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0x0xj7','ship','go_live','ship-1ke6p4ym0x0xj7.go_live','3a2748dc23a3a6887cade993da782223','{"kind":"approval"}',5,'2:837fa6f1ecc2444f816f1db954e529f9f2b4052ff88e063197aedb4a74a5366f',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0x0xj7','ship',NULL,NULL,'3a2748dc23a3a6887cade993da782223','{"reason":"waits for people at go-live"}',6,'2:c62cd564224ec91205fb22df03795a7e18615099439f8c7ce44511cb07a5eba9','{"run":"f4ce99e03b34033d39c0043b06408f81190c98c3","step.plan":"d0136d7ccc4bd08e10db66e53c12e7b4f16f89f0","step.go_live":"1dbe239a847090d3fc01315ca3120f0323fe07f8","request.ship-1ke6p4ym0x0xj7.go_live":"7bc42d6dbb46f01e8c02643245bac6c674582ed7","wait.expire:ship-1ke6p4ym0x0xj7.go_live":"45fe0513175054290f116f62b64c9fe8d47999e3"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0yfjyw','ship',NULL,NULL,'35b4cb2fd1986b5f3fcd7c874e4b65fa','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:194954f7a6aa005c0d26ee1b365ac644073521bb83a98a96be1b004bdf7b2ef2',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0yfjyw','ship',NULL,NULL,'35b4cb2fd1986b5f3fcd7c874e4b65fa','{}',2,'2:a32e7860711abe54c8815a88600a84ae68a30fabad84de61bd1caa0a5be5fa74',NULL);
INSERT INTO "event" VALUES(10,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0yfjyw','ship','plan',NULL,'35b4cb2fd1986b5f3fcd7c874e4b65fa','{"attempt":1,"title":"plan"}',3,'2:72465081e759cf0a7fa56459d0cca0cb481dabbc023ccfffef26401ee5b992d3','{"run":"52caf680d830ac5391466f001e79fe6a489c59b9","step.plan":"28112bd4418659c4015b1b4bca2c7d8011087259"}');
INSERT INTO "event" VALUES(11,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0yfjyw','ship','plan',NULL,'35b4cb2fd1986b5f3fcd7c874e4b65fa','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:3d33aed1f2743d7d743b4e2ed58eaf29afae65e012f1a6bc8debdc792a7d0df6',NULL);
INSERT INTO "event" VALUES(12,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0yfjyw','ship','go_live','ship-1ke6p4ym0yfjyw.go_live','35b4cb2fd1986b5f3fcd7c874e4b65fa','{"kind":"approval"}',5,'2:4ed352f9951e383a840bbde4e511d563764714f5e4ca5401eb59e0707fcc7919',NULL);
INSERT INTO "event" VALUES(13,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0yfjyw','ship',NULL,NULL,'35b4cb2fd1986b5f3fcd7c874e4b65fa','{"reason":"waits for people at go-live"}',6,'2:1fcf0dbf04cdaf17d85114ad6dc65a849f6cb79f71a79d31f72a3c330f0e2fd4','{"run":"b1f3a265180e2e31df52245e1081086090a6a98e","step.plan":"632b9415302515c2bc5a24c25d15824abfb09475","step.go_live":"d301a7b805b1ffeaceadec2ddbcf5a73e581bbed","request.ship-1ke6p4ym0yfjyw.go_live":"3d41077e50e70e3b094712d9a338e7a763f6fb92","wait.expire:ship-1ke6p4ym0yfjyw.go_live":"9cc72b8c12366c8aeb3fb69d6d00d0c0aa32db1f"}');
INSERT INTO "event" VALUES(14,'request.decision',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0yfjyw','ship','go_live','ship-1ke6p4ym0yfjyw.go_live','35b4cb2fd1986b5f3fcd7c874e4b65fa','{"digest":"0270c5c99030dccd969441cea489e04864814f773dd286b74a3ad5e67b500283","kind":"approval","choice":"approve","comment":"","changes":{"replicas":[5,7],"note":["more pumps","n"]}}',7,'2:c0087d67556afdd3e5047ddb4a52cbb7e6ac29317a18642b1ff36b580553c6fb',NULL);
INSERT INTO "event" VALUES(15,'request.decided',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0yfjyw','ship','go_live','ship-1ke6p4ym0yfjyw.go_live','35b4cb2fd1986b5f3fcd7c874e4b65fa','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',8,'2:23fbd68f2dc0e9d4fc94b086f6cf7fca8730144db607d33b14960e26fb194106',NULL);
INSERT INTO "event" VALUES(16,'step.started',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0yfjyw','ship','release',NULL,'35b4cb2fd1986b5f3fcd7c874e4b65fa','{"attempt":1,"title":"release"}',9,'2:d5e9fd0c2f5f5e32132998c87940ba6851c152ef94b85e986e8214c0a9056d36',NULL);
INSERT INTO "event" VALUES(17,'run.resumed',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0yfjyw','ship',NULL,NULL,'35b4cb2fd1986b5f3fcd7c874e4b65fa','{}',10,'2:86f1e7cdeacd052252f5febb2d133b5bcb9d1d78017f97705eb38731188c1f0a','{"run":"52caf680d830ac5391466f001e79fe6a489c59b9","step.go_live":"80ac82d9c265b0bf793b709b726724ae9eb8f2b4","step.release":"ea96df7aea270568a88a0f7582494988abaa254a","request.ship-1ke6p4ym0yfjyw.go_live":"efe511233b2d7a39ced0e9281ba23f6dc10e443f","decision.ship-1ke6p4ym0yfjyw.go_live:1":"bd8dead28579ef68c5d413c85069e963c4d26993","wait.expire:ship-1ke6p4ym0yfjyw.go_live":null,"wait.remind:ship-1ke6p4ym0yfjyw.go_live":null}');
INSERT INTO "event" VALUES(18,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0yfjyw','ship','release',NULL,'35b4cb2fd1986b5f3fcd7c874e4b65fa','{"attempt":1,"title":"release","seconds":0.0,"log":[]}',11,'2:c68b5ea082aa2b3718ad929d5bf2622f97425530acb6f2c31a2ae2ca5ae89840',NULL);
INSERT INTO "event" VALUES(19,'run.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0yfjyw','ship',NULL,NULL,'35b4cb2fd1986b5f3fcd7c874e4b65fa','{}',12,'2:57570e997d3d7ba7e868e7a063059b186072cd8dbe85ca5223e4504b90b5e6b8','{"run":"41216b062c3f53a20c60c4a82139e9f9cbc30c0c","step.release":"71a445a1edc44847064593e8c69e355f6405ebea"}');
INSERT INTO "event" VALUES(20,'run.created',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0vzn4w','staged',NULL,NULL,'8ad6555debae25d8093b321bb3bb363a','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:6b783f7e60caf54b6e199ea50fdcf325f528ddf8e6c12f45cbcffae28c38f302',NULL);
INSERT INTO "event" VALUES(21,'run.started',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0vzn4w','staged',NULL,NULL,'8ad6555debae25d8093b321bb3bb363a','{}',2,'2:747efae39fa78f1dc838de5285c21f8aba469bcffa397b0f92612017683d541f',NULL);
INSERT INTO "event" VALUES(22,'request.opened',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0vzn4w','staged','both','staged-1ke6p4ym0vzn4w.both','8ad6555debae25d8093b321bb3bb363a','{"kind":"approval"}',3,'2:b09e3342c1d3017bba8d00bcf7e7b6a0a575fb099c188eeb57ef446dafb16fce',NULL);
INSERT INTO "event" VALUES(23,'run.waiting',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0vzn4w','staged',NULL,NULL,'8ad6555debae25d8093b321bb3bb363a','{"reason":"waits for people at both"}',4,'2:7355df5cfc9cad12281ae45bba714fe7006c5d45308ed24a5d32ee826e647e68','{"run":"29431cacde3045aaee13aa44539d0af624b1b1fc","step.both":"cc667eae54bb012a0e206c1a21e9c672f3c9e89c","request.staged-1ke6p4ym0vzn4w.both":"617b75cc5b0013fb2524808a580440464f6e00b4","wait.expire:staged-1ke6p4ym0vzn4w.both":"f032a1a0b7f554ca1ee426ad57f6937c43f426ff"}');
INSERT INTO "event" VALUES(24,'request.decision',1767603600000000,'slack:U1',NULL,'staged-1ke6p4ym0vzn4w','staged','both','staged-1ke6p4ym0vzn4w.both','8ad6555debae25d8093b321bb3bb363a','{"digest":"7627d40f08d23119602b57406f8f0251de4cce44444361f9da2105ea521ee187","kind":"approval","choice":"approve","comment":""}',5,'2:f9e1e98c88add8f5c4875b3d2d4da4b57e52f2c08d4de94cd842873042ebac7f','{"run":"29431cacde3045aaee13aa44539d0af624b1b1fc","request.staged-1ke6p4ym0vzn4w.both":"ba13834ee423d9385608ecf58744d30aa3625dea","decision.staged-1ke6p4ym0vzn4w.both:1":"1eb480bb8c00775be5f2e16b2770d4d67dde07bf"}');
INSERT INTO "event" VALUES(25,'run.created',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0hbpsz','revocable',NULL,NULL,'fbeb534644c1c59ffde94b17d465a988','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:609e7a8ecae669f8a63af609ccffb99395479e60750bc3d10ae6fe69adb07557',NULL);
INSERT INTO "event" VALUES(26,'run.started',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0hbpsz','revocable',NULL,NULL,'fbeb534644c1c59ffde94b17d465a988','{}',2,'2:199b10e4fb060f734a67a3429560d8a0a42012ccae72e0d17e21f4841e31a14b',NULL);
INSERT INTO "event" VALUES(27,'request.opened',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0hbpsz','revocable','take_back','revocable-1ke6p4ym0hbpsz.take_back','fbeb534644c1c59ffde94b17d465a988','{"kind":"approval"}',3,'2:aaa8d70d1b8d8e6d640cb84347b31b9d8ec580690014fe84b391557a194102f8',NULL);
INSERT INTO "event" VALUES(28,'run.waiting',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0hbpsz','revocable',NULL,NULL,'fbeb534644c1c59ffde94b17d465a988','{"reason":"waits for people at take-back"}',4,'2:f5c486cbf1afcfb4929248f95c5ea3a6b0009afb187daddb4ebc14031fca81c0','{"run":"b0c869b02a73ee1b7ca67b6825e4cb7ca51685cf","step.take_back":"9ab1c4045432a11c7b1616378fb98914010eafec","request.revocable-1ke6p4ym0hbpsz.take_back":"14da31e2f31233e0fce5d17679b59e7f77cf4606","wait.expire:revocable-1ke6p4ym0hbpsz.take_back":"6b7679e8f55503530da77daba94fb10a45724929"}');
INSERT INTO "event" VALUES(29,'request.decision',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0hbpsz','revocable','take_back','revocable-1ke6p4ym0hbpsz.take_back','fbeb534644c1c59ffde94b17d465a988','{"digest":"9119e035bbe432d7d365d5343c161e10e25aa8273d12b93cfd1772408351d3cb","kind":"approval","choice":"approve","comment":""}',5,'2:6ad923a294c0c1124f3cd9cb59acf99227b217d364d7164543304cb796579ec9',NULL);
INSERT INTO "event" VALUES(30,'request.held',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0hbpsz','revocable','take_back','revocable-1ke6p4ym0hbpsz.take_back','fbeb534644c1c59ffde94b17d465a988','{"effective_at":"2026-01-05T10:00:00+00:00"}',6,'2:402c58a5f9b8a434d2e6b7057dd3fb258ed659ab4eed862d035e10379b098f01','{"run":"b0c869b02a73ee1b7ca67b6825e4cb7ca51685cf","request.revocable-1ke6p4ym0hbpsz.take_back":"389cca29941efd7c76542903f5d007fe29b35b45","decision.revocable-1ke6p4ym0hbpsz.take_back:1":"17ac7f92036451713b2cc279bc8f628ea6b2303d","wait.expire:revocable-1ke6p4ym0hbpsz.take_back":null,"wait.remind:revocable-1ke6p4ym0hbpsz.take_back":null,"wait.effect:revocable-1ke6p4ym0hbpsz.take_back":"eeb3e39f8f9a8037230c47f340901d1532342ff7"}');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0hvewy','fails',NULL,NULL,'016cc3c15c30bde83e69e20ba48a8d83','{"input":null,"trigger":"manual"}',1,'2:26d55e2646321a297c01fa1bf1f225f9323c57cda746a210549108fc47c89982',NULL);
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0hvewy','fails',NULL,NULL,'016cc3c15c30bde83e69e20ba48a8d83','{}',2,'2:b4f1612ba24f8704e93ef47500b673642302ebd06206c00b864b48f9f069dd62',NULL);
INSERT INTO "event" VALUES(33,'step.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0hvewy','fails','read_sensor',NULL,'016cc3c15c30bde83e69e20ba48a8d83','{"attempt":1,"title":"read-sensor"}',3,'2:ba45197f6be3070cbbaf3638b685d8dacb6a0f5913ef905654afa3f457dfc728','{"run":"af2aa602d311e48c73eb36aa85c8c32860138788","step.read_sensor":"c25a7e543df9e9964963d54cdedc65e76a2d6eee"}');
INSERT INTO "event" VALUES(34,'step.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0hvewy','fails','read_sensor',NULL,'016cc3c15c30bde83e69e20ba48a8d83','{"log":[],"attempt":1,"title":"read-sensor","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:876ae90ea05cf7b69e4739b0c16a4e93fd933714906bb1b8928bd335ef4a8dbc',NULL);
INSERT INTO "event" VALUES(35,'request.opened',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0hvewy','fails','read_sensor','fails-1ke6p4ym0hvewy.read_sensor.1','016cc3c15c30bde83e69e20ba48a8d83','{"kind":"failure"}',5,'2:c96b32b0977cf4eeb6d8c17881da7174b2f33556f3c9779dc1df51e7c408a00f',NULL);
INSERT INTO "event" VALUES(36,'run.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0hvewy','fails',NULL,NULL,'016cc3c15c30bde83e69e20ba48a8d83','{"reason":"waits for people at read-sensor"}',6,'2:4780698520358194c8e4ab8ef3899c6f406a1465f083698550590b8554ddff67','{"run":"dfd2d41e272e067d01e2ca11a8ff797e3f4d17fe","step.read_sensor":"2e6300d9b39513704ac17779105985d89ed88ecc","request.fails-1ke6p4ym0hvewy.read_sensor.1":"7ec9974767e2bf4c8763965b1d83b30d1e6d5d6c","wait.expire:fails-1ke6p4ym0hvewy.read_sensor.1":"5224bbdc78d950e451a4b8a21a4a46c354f0a065","wait.remind:fails-1ke6p4ym0hvewy.read_sensor.1":"a140090883c492cb9d026831ccae1402d474aa7e"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0t75ms','flaky',NULL,NULL,'23f40e92a1b6ad160def76bb0b0efc0d','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:66a195ab2c88145b4b81410d7ce516a6022be28eecf9f5630a545fb58f83b37f',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0t75ms','flaky',NULL,NULL,'23f40e92a1b6ad160def76bb0b0efc0d','{}',2,'2:44d73b102eb81acca7c5cac401881c553c96419e4facaabbe9d0a55826a5f911',NULL);
INSERT INTO "event" VALUES(39,'request.opened',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0t75ms','flaky','first','flaky-1ke6p4ym0t75ms.first','23f40e92a1b6ad160def76bb0b0efc0d','{"kind":"approval"}',3,'2:61b9943bf1be92a6f5e010aa4fabd8d5bc3ed481207531adafac83b30fa2a90b',NULL);
INSERT INTO "event" VALUES(40,'run.waiting',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0t75ms','flaky',NULL,NULL,'23f40e92a1b6ad160def76bb0b0efc0d','{"reason":"waits for people at first"}',4,'2:34e71f1c0a2ba43919a77ec499994b94b22e4c65afcc26ca9e370d0c6836d9ec','{"run":"afd77ade8a79382be89dc8da143ea76fc31e915a","step.first":"8f5d091f48c75ca89c1b2a95e7ddaa6f9a498c80","request.flaky-1ke6p4ym0t75ms.first":"4da6769019e18f44897204a9baeb4d857551b0e8","wait.expire:flaky-1ke6p4ym0t75ms.first":"b2550a2a2f080cf48023cf9cbc66d0d8238ec3eb"}');
INSERT INTO "event" VALUES(41,'request.decision',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0t75ms','flaky','first','flaky-1ke6p4ym0t75ms.first','23f40e92a1b6ad160def76bb0b0efc0d','{"digest":"ae67ff60489c653a1ae2b446caea80da4500180cca1ff116dcb52df639fd91dc","kind":"approval","choice":"approve","comment":""}',5,'2:8c426fe10b5e04fe000568cf7ccb6c21e8e6de44819f72341bba89b0cd8bae89',NULL);
INSERT INTO "event" VALUES(42,'request.decided',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0t75ms','flaky','first','flaky-1ke6p4ym0t75ms.first','23f40e92a1b6ad160def76bb0b0efc0d','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',6,'2:0b0a072e3b020defa165a91225e2b242f05e46806c482ee53f8ea2195f5d5fbc',NULL);
INSERT INTO "event" VALUES(43,'step.started',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0t75ms','flaky','pay',NULL,'23f40e92a1b6ad160def76bb0b0efc0d','{"attempt":1,"title":"pay"}',7,'2:61a923961b7c5ede416350fac8af80c944dc1068a77decd4aa51ee8466e5bbf0',NULL);
INSERT INTO "event" VALUES(44,'run.resumed',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0t75ms','flaky',NULL,NULL,'23f40e92a1b6ad160def76bb0b0efc0d','{}',8,'2:f580d0871c195e8e9981dace91a3a9fad4a024c635686c1be6d2d0f5a2479b4d','{"run":"b9def91ea49f2a61bb45e1c76c5f0685d4209d02","step.first":"37b3bb75adde31f702182200161bf0ac2df2daf3","step.pay":"4c51f032ef342d2057f48af4f5928e5bbcd54e14","request.flaky-1ke6p4ym0t75ms.first":"9091069cf569695facb93ac83ff0c1ffa6152df2","decision.flaky-1ke6p4ym0t75ms.first:1":"64bc1f9a77bb8dc8aec1a73c1e7b2b2bdbeb3224","wait.expire:flaky-1ke6p4ym0t75ms.first":null,"wait.remind:flaky-1ke6p4ym0t75ms.first":null}');
INSERT INTO "event" VALUES(45,'step.retrying',1767603600000000,'engine:engine',NULL,'flaky-1ke6p4ym0t75ms','flaky','pay',NULL,'23f40e92a1b6ad160def76bb0b0efc0d','{"attempt":1,"title":"pay","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 371, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:08:33.506072+00:00","log":[]}',9,'2:11e7d6eecac819c9691330773ae89440f7fbeaf7d698f4451dfe34541195fe97','{"step.pay":"a70aaad4acade22cf3f076acd16a510eb7be5ed2","wait.retry:flaky-1ke6p4ym0t75ms:pay":"312dc7ff4aa06964f29ee5430520a9c66198283b"}');
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
INSERT INTO "failure_card" VALUES('fails-1ke6p4ym0hvewy.read_sensor.1','fails-1ke6p4ym0hvewy','fails','read_sensor','5b6df722e4f37ce26e6bae1e8a9f4cf1','fails-1ke6p4ym0hvewy.read_sensor.1',1);
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
INSERT INTO "log" VALUES(1,0,45,'43ddfd867667b3dc016bf87b966995a3bf72211817eec80d89dba7aebe4e033a','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{"(covered)":"0"}','cedd55b928ddbedd','b5ca7a247e9d1492e977e122b1c366bf16286a0d');
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
INSERT INTO "request" VALUES('ship-1ke6p4ym0x0xj7.go_live','approval','ship-1ke6p4ym0x0xj7','ship','go_live','open',1,'Ship valve for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":5,"note":"more valves"},"proposed":{"replicas":5,"note":"more valves"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"2248960b41aad962e66cea66fb923a047b455d68b59d283f164d68572862a117","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","amount"]}','slack:U4',NULL,1767603600000000,'[["Note","more valves","value"],["Plan",{"before":{"item":"valve","amount":12345.67},"after":{"replicas":5,"note":"more valves"}},"diff",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('ship-1ke6p4ym0yfjyw.go_live','approval','ship-1ke6p4ym0yfjyw','ship','go_live','decided',3,'Ship pump for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":7,"note":"n"},"proposed":{"replicas":5,"note":"more pumps"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"0270c5c99030dccd969441cea489e04864814f773dd286b74a3ad5e67b500283","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item","amount"]}','slack:U4',NULL,1767603600000000,'[["Note","more pumps","value"],["Plan",{"before":{"item":"pump","amount":12345.67},"after":{"replicas":5,"note":"more pumps"}},"diff",true]]',NULL,1767618000000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('staged-1ke6p4ym0vzn4w.both','approval','staged-1ke6p4ym0vzn4w','staged','both','open',2,'Buy pump?','{"choices":["approve","reject"],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"needs":2,"former":[]}]},{"name":"second","quorums":[{"approvers":["U9"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('revocable-1ke6p4ym0hbpsz.take_back','approval','revocable-1ke6p4ym0hbpsz','revocable','take_back','held',3,'Delete pump?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":3600.0,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}},"digest":"9119e035bbe432d7d365d5343c161e10e25aa8273d12b93cfd1772408351d3cb","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["item"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767607200000000,NULL,0);
INSERT INTO "request" VALUES('fails-1ke6p4ym0hvewy.read_sensor.1','failure','fails-1ke6p4ym0hvewy','fails','read_sensor','open',1,'fails failed at read-sensor','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('flaky-1ke6p4ym0t75ms.first','approval','flaky-1ke6p4ym0t75ms','flaky','first','decided',3,'Pay 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}},"digest":"ae67ff60489c653a1ae2b446caea80da4500180cca1ff116dcb52df639fd91dc","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[],"entered":["amount"]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
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
INSERT INTO "run" VALUES('ship-1ke6p4ym0x0xj7','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','waiting',2,'{"item":"valve","amount":12345.67}','slack:U4',NULL,'manual',NULL,'3a2748dc23a3a6887cade993da782223',1767603600000000,1767603600000000,NULL,'waits for people at go-live','2:c62cd564224ec91205fb22df03795a7e18615099439f8c7ce44511cb07a5eba9',6,'0xj7','b9ee117c94960867fa40bcf73201dbef0bba39d0',NULL,0,'','');
INSERT INTO "run" VALUES('ship-1ke6p4ym0yfjyw','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','succeeded',4,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'35b4cb2fd1986b5f3fcd7c874e4b65fa',1767603600000000,1767603600000000,1767603600000000,'','2:57570e997d3d7ba7e868e7a063059b186072cd8dbe85ca5223e4504b90b5e6b8',12,'fjyw','f8aaee8bdfd1935de0cf3d626953271d7e259691',NULL,0,'','');
INSERT INTO "run" VALUES('staged-1ke6p4ym0vzn4w','staged','b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'8ad6555debae25d8093b321bb3bb363a',1767603600000000,1767603600000000,NULL,'waits for people at both','2:f9e1e98c88add8f5c4875b3d2d4da4b57e52f2c08d4de94cd842873042ebac7f',5,'zn4w','53747aa2973fc97a0701128bc72d3b2ce148ae0f',NULL,0,'','');
INSERT INTO "run" VALUES('revocable-1ke6p4ym0hbpsz','revocable','ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'fbeb534644c1c59ffde94b17d465a988',1767603600000000,1767603600000000,NULL,'waits for people at take-back','2:402c58a5f9b8a434d2e6b7057dd3fb258ed659ab4eed862d035e10379b098f01',6,'bpsz','1a30162341f3e3133d85d6408f08b49ed7af2d7a',NULL,0,'','');
INSERT INTO "run" VALUES('fails-1ke6p4ym0hvewy','fails','79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','waiting',2,'null','slack:U4',NULL,'manual',NULL,'016cc3c15c30bde83e69e20ba48a8d83',1767603600000000,1767603600000000,NULL,'waits for people at read-sensor','2:4780698520358194c8e4ab8ef3899c6f406a1465f083698550590b8554ddff67',6,'vewy','4981e22b35ff2df8726ead68ee40c78dff89b5cd',NULL,0,'','');
INSERT INTO "run" VALUES('flaky-1ke6p4ym0t75ms','flaky','2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','running',3,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'23f40e92a1b6ad160def76bb0b0efc0d',1767603600000000,1767603600000000,NULL,'','2:11e7d6eecac819c9691330773ae89440f7fbeaf7d698f4451dfe34541195fe97',9,'75ms','c27d2e188ab01060e12e8db714a3aa7a07d2efbc',NULL,0,'','');
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
INSERT INTO "step_run" VALUES('fails-1ke6p4ym0hvewy','read_sensor','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5',0,NULL,NULL);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0t75ms','first','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0t75ms','pay','retrying',1,1,0,1,1767603600000000,1767603600000000,1767604113506072,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 274, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 371, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 382, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 416, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd',0,NULL,NULL);
INSERT INTO "step_run" VALUES('revocable-1ke6p4ym0hbpsz','take_back','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0x0xj7','go_live','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0x0xj7','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more valves"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0yfjyw','go_live','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00","value":{"replicas":7,"note":"n"}}',NULL,'',NULL,'',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0yfjyw','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more pumps"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0,NULL,NULL);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0yfjyw','release','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'"7 replicas"',NULL,'',NULL,'991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6',0,NULL,NULL);
INSERT INTO "step_run" VALUES('staged-1ke6p4ym0vzn4w','both','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0,NULL,NULL);
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
INSERT INTO "wait" VALUES('expire:ship-1ke6p4ym0x0xj7.go_live','expire','ship-1ke6p4ym0x0xj7','go_live','ship-1ke6p4ym0x0xj7.go_live',1767618000000000);
INSERT INTO "wait" VALUES('expire:staged-1ke6p4ym0vzn4w.both','expire','staged-1ke6p4ym0vzn4w','both','staged-1ke6p4ym0vzn4w.both',1767776400000000);
INSERT INTO "wait" VALUES('effect:revocable-1ke6p4ym0hbpsz.take_back','effect','revocable-1ke6p4ym0hbpsz','take_back','revocable-1ke6p4ym0hbpsz.take_back',1767607200000000);
INSERT INTO "wait" VALUES('expire:fails-1ke6p4ym0hvewy.read_sensor.1','expire','fails-1ke6p4ym0hvewy','read_sensor','fails-1ke6p4ym0hvewy.read_sensor.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:fails-1ke6p4ym0hvewy.read_sensor.1','remind','fails-1ke6p4ym0hvewy','read_sensor','fails-1ke6p4ym0hvewy.read_sensor.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:flaky-1ke6p4ym0t75ms:pay','retry','flaky-1ke6p4ym0t75ms','pay',NULL,1767604113506072);
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
INSERT INTO "sqlite_sequence" VALUES('event',45);
COMMIT;
