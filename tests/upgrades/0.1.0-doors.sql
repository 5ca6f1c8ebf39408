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
INSERT INTO "code" VALUES('9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','{"plan":"cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b","release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}','494570157d61950c3475952e05c25ce11bc20e6d');
INSERT INTO "code" VALUES('c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}','76b7831c46eb2a2157ffa2d0064a4496d6b30bbf');
INSERT INTO "code" VALUES('bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}','fd34ae21724191675963e0030171927ed9259898');
INSERT INTO "code" VALUES('580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','{"read_sensor":"d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5"}','346aa2530d9eb841945be68fc7906ba337a2a98b');
INSERT INTO "code" VALUES('0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}','a16f1ea9d074eeeba2fd717d27f405de3e583781');
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
INSERT INTO "decision" VALUES('ship-1ke6p4ym0qaspz.go_live:1','ship-1ke6p4ym0qaspz.go_live','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]','{"replicas":7,"note":"n"}','10c89366427ca7294fce58d4c06579fe62da148f847243ce4d366b7ea6a56b0c','');
INSERT INTO "decision" VALUES('staged-1ke6p4ym0pa06v.both:1','staged-1ke6p4ym0pa06v.both','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'bda87c64f59ab75b0a3b01aa9c28e50d20f75367c70ae0876fdc2fa633cf428c','');
INSERT INTO "decision" VALUES('revocable-1ke6p4ym08zcrh.take_back:1','revocable-1ke6p4ym08zcrh.take_back','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'8b4914f86bcac3532cc575ce4959f3a0b6a2105525c9d397e990951b01f45158','');
INSERT INTO "decision" VALUES('flaky-1ke6p4ym0s0s0n.first:1','flaky-1ke6p4ym0s0s0n.first','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'119dcca4741c1d74efccc606f3faf4e015aad1e8506fd3c97a54e7ba201eac0b','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','ship','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"ship","nodes":[{"after":[],"failure":null,"kind":"step","name":"plan","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2953fe45833acab3ab371af77d05f895b5499354f8c48542de179a04d227f7dd","takes_ctx":false,"takes_input":true,"timeout":null,"title":"plan","when":null},{"after":[],"ask":"Ship {input.item} for {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":{"fields":{"properties":{"note":{"default":"","title":"Note","type":"string"},"replicas":{"title":"Replicas","type":"integer"}},"required":["replicas"],"title":"Change","type":"object"},"options":{},"proposed":"plan","sole":""},"hours":null,"kind":"approval","leavers_count":false,"name":"go_live","needs":[{"join":"value","parameter":"plan","step":"plan"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Note","source":"plan.note"},{"before":"input","kind":"diff","label":"Plan","source":"plan"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"go-live","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"release","needs":[{"join":"value","parameter":"go_live","step":"go_live"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:a455f821e77ea65e987ec983cfc0b82ee74753d731a75b565789d01f57f54af0","takes_ctx":false,"takes_input":false,"timeout":null,"title":"release","when":{"kind":"outcome","outcome":"approved","step":"go_live"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ship","triggers":[]}',1767603600000000,'26cf002ddee461c9441a600a386a231f86024906');
INSERT INTO "definition" VALUES('b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','staged','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"staged","nodes":[{"after":[],"ask":"Buy {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"both","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"former":[],"needs":2}]},{"name":"second","quorums":[{"approvers":["U9"],"former":[],"needs":1}]}],"title":"both","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"buy","needs":[{"join":"value","parameter":"both","step":"both"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:83871677971d827e7cceab542e6562cc17f459939ba3fc0126412e234c1490ee","takes_ctx":false,"takes_input":true,"timeout":null,"title":"buy","when":{"kind":"outcome","outcome":"approved","step":"both"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"staged","triggers":[]}',1767603600000000,'1cb69b5627c4a53080af291c3ec38bcf0888762c');
INSERT INTO "definition" VALUES('ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','revocable','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"revocable","nodes":[{"after":[],"ask":"Delete {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"take_back","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"take-back","undo":3600.0,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"delete","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:b5ada7a2397f6ea8b620564a42286426a263c485be1eac784334c84367679a42","takes_ctx":false,"takes_input":true,"timeout":null,"title":"delete","when":{"kind":"outcome","outcome":"approved","step":"take_back"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"revocable","triggers":[]}',1767603600000000,'b14207db3b5cbbc622c672b7e8a0373b82abf1e1');
INSERT INTO "definition" VALUES('79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','fails','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"fails","nodes":[{"after":[],"failure":null,"kind":"step","name":"read_sensor","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"read-sensor","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"fails","triggers":[]}',1767603600000000,'bb8fbc039c03cee2374b0a7eac507e4ae7e883c1');
INSERT INTO "definition" VALUES('2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','flaky','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"flaky","nodes":[{"after":[],"ask":"Pay {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"first","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"first","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"pay","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:b25e2ea904eab4e6fe3d270909aa31919e1dc82e7a70f2b6799bbecb355836af","takes_ctx":true,"takes_input":true,"timeout":null,"title":"pay","when":{"kind":"outcome","outcome":"approved","step":"first"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"flaky","triggers":[]}',1767603600000000,'9c514bafd128b65ca4107693ac704bbe0888732a');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0t4q2v','ship',NULL,NULL,'548156b2256542fa9280267845909221','{"input":{"item":"valve","amount":12345.67},"trigger":"manual"}',1,'2:79609bb0df53361868815104043762c0538834fe917c8c55128b4859db178311',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0t4q2v','ship',NULL,NULL,'548156b2256542fa9280267845909221','{}',2,'2:a3ef0f78bfd2865e00e3328d89e5dcd20f5ff1c6240de74b46479b4ac53c8f74',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0t4q2v','ship','plan',NULL,'548156b2256542fa9280267845909221','{"attempt":1,"title":"plan"}',3,'2:03111c643cf4e04bc545f2a204024e6e3ba661169356cc07fe910781901723b5','{"run":"25a7105e86824f2ce7ae14cda1426202bbfa53b9","step.plan":"5cd9189012dcabc671b8387468d2ee09f7774668"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0t4q2v','ship','plan',NULL,'548156b2256542fa9280267845909221','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:b53fe73defac5090d744b06acfd733885c9751f0803a6a8bacb2fffa1df41c42',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0t4q2v','ship','go_live','ship-1ke6p4ym0t4q2v.go_live','548156b2256542fa9280267845909221','{"kind":"approval"}',5,'2:fd32f9252aeced05530f6c91d2a1d1986099d952afcd1b54a877d15b4145a03a',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0t4q2v','ship',NULL,NULL,'548156b2256542fa9280267845909221','{"reason":"waits for people at go-live"}',6,'2:0838bc2a8b5c01b44b437f4be7799317e85c038e0a4d5d40d02d97f7d6bb0915','{"run":"dd13702d55c80d9fd8d0bcc32dda6ec445a3cf05","step.plan":"e5a3c3a93294500926fea0282c240b001e4e9ebe","step.go_live":"2e091c345626ef3b032443b76dd49a61b4e2bd14","request.ship-1ke6p4ym0t4q2v.go_live":"94b4a12eab2b3f3b2c6bc9ecde8d0d3991e9eec2","wait.expire:ship-1ke6p4ym0t4q2v.go_live":"d1d4f63b33dd0d2f4fe0c33c7d0672fe4fb164df"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0qaspz','ship',NULL,NULL,'dcb23c4a70e0d60449a4cbbd3162b01f','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:f22208ac8df82ec3e18629fa5fc7f1d73429b606392e2dc3fdb1c5bd3afe703c',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0qaspz','ship',NULL,NULL,'dcb23c4a70e0d60449a4cbbd3162b01f','{}',2,'2:fad604ae795b8fb9b8c87cb34951d85dc60d7c0344b266b0a42b5f320fa0d6f2',NULL);
INSERT INTO "event" VALUES(10,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0qaspz','ship','plan',NULL,'dcb23c4a70e0d60449a4cbbd3162b01f','{"attempt":1,"title":"plan"}',3,'2:7aba9ad7b7ac07befe81d5bc1410d2c5b210e339596367585b2dc6767c79a6e4','{"run":"1d16ef6f07ad73fa05910139b013d5591af84bf7","step.plan":"5c3169fe082628ebe38c462a291cef3224895cf3"}');
INSERT INTO "event" VALUES(11,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0qaspz','ship','plan',NULL,'dcb23c4a70e0d60449a4cbbd3162b01f','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:8d5bdfb800330249538c72843c36bbbc252432077f79c2fd4a780116363b739f',NULL);
INSERT INTO "event" VALUES(12,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0qaspz','ship','go_live','ship-1ke6p4ym0qaspz.go_live','dcb23c4a70e0d60449a4cbbd3162b01f','{"kind":"approval"}',5,'2:642e7bbce2d9253bcbfd2670293ba9758826bd15b6dc786df98530d1b4ad627f',NULL);
INSERT INTO "event" VALUES(13,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0qaspz','ship',NULL,NULL,'dcb23c4a70e0d60449a4cbbd3162b01f','{"reason":"waits for people at go-live"}',6,'2:7cf46ee61618707cc3a622fb475dd3e10c330f842d22275ecc567ed3125850d9','{"run":"4c2a35c72fc375ad48d113f03049df5b7094e8ef","step.plan":"406474f1f00b299e7749315ee007a88be7e356da","step.go_live":"f13fe4865566ddd41311de1dc91975ca383f4192","request.ship-1ke6p4ym0qaspz.go_live":"39596867ef4284161737abaa7e334c72babe69f5","wait.expire:ship-1ke6p4ym0qaspz.go_live":"6b3a5018c6c20f75294174e86b331c0150e435c2"}');
INSERT INTO "event" VALUES(14,'request.decision',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0qaspz','ship','go_live','ship-1ke6p4ym0qaspz.go_live','dcb23c4a70e0d60449a4cbbd3162b01f','{"digest":"10c89366427ca7294fce58d4c06579fe62da148f847243ce4d366b7ea6a56b0c","kind":"approval","choice":"approve","comment":"","changes":{"replicas":[5,7],"note":["more pumps","n"]}}',7,'2:8cd55619fb50147cea51f34ee935be3484d5c62f01c86dd3b08296e8fa7890ee',NULL);
INSERT INTO "event" VALUES(15,'request.decided',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0qaspz','ship','go_live','ship-1ke6p4ym0qaspz.go_live','dcb23c4a70e0d60449a4cbbd3162b01f','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',8,'2:00f698932901c491fba9cf6df5cb2e3de80ae1bc9c1e7186742d79d6a8cc7b27',NULL);
INSERT INTO "event" VALUES(16,'step.started',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0qaspz','ship','release',NULL,'dcb23c4a70e0d60449a4cbbd3162b01f','{"attempt":1,"title":"release"}',9,'2:436db9f899a2900d06ddd8d3be16e31d6a9229c1b8a031da70422f61f440bbe3',NULL);
INSERT INTO "event" VALUES(17,'run.resumed',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0qaspz','ship',NULL,NULL,'dcb23c4a70e0d60449a4cbbd3162b01f','{}',10,'2:b6425f38d886442a4985699be07276a48a160a408a29249abdd270282082f76e','{"run":"1d16ef6f07ad73fa05910139b013d5591af84bf7","step.go_live":"0bdcdb14f3af3f8b325a9e54699ae73dd4d4f0f4","step.release":"f64643a6c09620c279de16a04601b98607d9b2a6","request.ship-1ke6p4ym0qaspz.go_live":"1850233df9946ab81ebb63ac3527a97470012a38","decision.ship-1ke6p4ym0qaspz.go_live:1":"6da1f4f1dd50e756ed90ff0677e6302f7709c40b","wait.expire:ship-1ke6p4ym0qaspz.go_live":null,"wait.remind:ship-1ke6p4ym0qaspz.go_live":null}');
INSERT INTO "event" VALUES(18,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0qaspz','ship','release',NULL,'dcb23c4a70e0d60449a4cbbd3162b01f','{"attempt":1,"title":"release","seconds":0.0,"log":[]}',11,'2:fc5fb1dc25c8e4ccd28f2ce2aaf24e59fcb7f8009665c39496d738b20ffa9983',NULL);
INSERT INTO "event" VALUES(19,'run.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0qaspz','ship',NULL,NULL,'dcb23c4a70e0d60449a4cbbd3162b01f','{}',12,'2:ebc0ed7874bc9c5d7fd577386bb7e13f0bb7c0f15762ce861bfad0fb6177a0f7','{"run":"bbbf1b31228d54643de1fa11117c1ffd695593f2","step.release":"efa3d02b89fc30e50ee41aa9a5dfdcabf0f13aab"}');
INSERT INTO "event" VALUES(20,'run.created',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0pa06v','staged',NULL,NULL,'6fb201c59a36be1988757ff0e855a925','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:8943968da0a3a54f631922ad7659184206f14d3aeb620ed0e0ab9ce0d86d5056',NULL);
INSERT INTO "event" VALUES(21,'run.started',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0pa06v','staged',NULL,NULL,'6fb201c59a36be1988757ff0e855a925','{}',2,'2:149df25e8ac7346068cd3f4a0d0100f67da7ae3872e5029517af604d080ecd63',NULL);
INSERT INTO "event" VALUES(22,'request.opened',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0pa06v','staged','both','staged-1ke6p4ym0pa06v.both','6fb201c59a36be1988757ff0e855a925','{"kind":"approval"}',3,'2:2417f64726b08295ae2e38acf23dbff5e1235891594ae289a3fe80434d8fbec1',NULL);
INSERT INTO "event" VALUES(23,'run.waiting',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0pa06v','staged',NULL,NULL,'6fb201c59a36be1988757ff0e855a925','{"reason":"waits for people at both"}',4,'2:9cc62c0b2f6a4aebfc99665b2db94dc9205a627110950704f4fbe464c0ab8784','{"run":"f35f99193532440fbba46352a6aadc4551185d38","step.both":"90b55a48b69db061a952e1ff1f1a6d385c2d0352","request.staged-1ke6p4ym0pa06v.both":"831b5ce223ad17bcab18e5892f09822f838a1ede","wait.expire:staged-1ke6p4ym0pa06v.both":"3e70029e12c8864e455228c0b6f508a1a323d003"}');
INSERT INTO "event" VALUES(24,'request.decision',1767603600000000,'slack:U1',NULL,'staged-1ke6p4ym0pa06v','staged','both','staged-1ke6p4ym0pa06v.both','6fb201c59a36be1988757ff0e855a925','{"digest":"bda87c64f59ab75b0a3b01aa9c28e50d20f75367c70ae0876fdc2fa633cf428c","kind":"approval","choice":"approve","comment":""}',5,'2:e4e329e5899b74533af3ad9112e41811629f544abdcdedff4317134cb04c2183','{"run":"f35f99193532440fbba46352a6aadc4551185d38","request.staged-1ke6p4ym0pa06v.both":"454f24bf76f4d2bc000bd473c079f4866b8ca218","decision.staged-1ke6p4ym0pa06v.both:1":"77917d73179dfc185b3db1d59bbd4f24050700bc"}');
INSERT INTO "event" VALUES(25,'run.created',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym08zcrh','revocable',NULL,NULL,'9b94aba23e42b819d5d44a2fec6ed574','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:be0eb37b1a780fd6a8d0ca3252288ef316ecc316f27e9dd3d9654d4d4edc8162',NULL);
INSERT INTO "event" VALUES(26,'run.started',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym08zcrh','revocable',NULL,NULL,'9b94aba23e42b819d5d44a2fec6ed574','{}',2,'2:072196c5bb3452ca85e41857f71c7b1ade98b97201f00b1e54efcdb7eebe3dec',NULL);
INSERT INTO "event" VALUES(27,'request.opened',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym08zcrh','revocable','take_back','revocable-1ke6p4ym08zcrh.take_back','9b94aba23e42b819d5d44a2fec6ed574','{"kind":"approval"}',3,'2:088225abec58c21ce58294e5a7c02c0b68e1fbd57d9ff2c3b18f8714221b09fc',NULL);
INSERT INTO "event" VALUES(28,'run.waiting',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym08zcrh','revocable',NULL,NULL,'9b94aba23e42b819d5d44a2fec6ed574','{"reason":"waits for people at take-back"}',4,'2:121f63ba10ffa3f9a8cc495cfbe88089d25f0d5c3cb2caa4f120e9718d421267','{"run":"9362dd874171dfe6d2c89b81392529e00c18cfb0","step.take_back":"5fd2925c010b3d57c9ae9b3e68eda73b90c52995","request.revocable-1ke6p4ym08zcrh.take_back":"22259f7f3c97080ab598444f849e5c5d8cf02507","wait.expire:revocable-1ke6p4ym08zcrh.take_back":"4202247732e60232911b15055daf9923f7fe7165"}');
INSERT INTO "event" VALUES(29,'request.decision',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym08zcrh','revocable','take_back','revocable-1ke6p4ym08zcrh.take_back','9b94aba23e42b819d5d44a2fec6ed574','{"digest":"8b4914f86bcac3532cc575ce4959f3a0b6a2105525c9d397e990951b01f45158","kind":"approval","choice":"approve","comment":""}',5,'2:8f1f5c5c5624aed0ee70b8d6be4554ba589a6469255cecd54d1231d5db7ea153',NULL);
INSERT INTO "event" VALUES(30,'request.held',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym08zcrh','revocable','take_back','revocable-1ke6p4ym08zcrh.take_back','9b94aba23e42b819d5d44a2fec6ed574','{"effective_at":"2026-01-05T10:00:00+00:00"}',6,'2:89fead936a71fd787e216e05ab5ab577fea137dc18b6ec9a748844e01cdfb4f7','{"run":"9362dd874171dfe6d2c89b81392529e00c18cfb0","request.revocable-1ke6p4ym08zcrh.take_back":"6342adb19ed89c9df35f8cebb669ae1f72680df5","decision.revocable-1ke6p4ym08zcrh.take_back:1":"23310257dfa02fdc60fc1c3b6eb518ef92fe2e01","wait.expire:revocable-1ke6p4ym08zcrh.take_back":null,"wait.remind:revocable-1ke6p4ym08zcrh.take_back":null,"wait.effect:revocable-1ke6p4ym08zcrh.take_back":"36bd450cf1674ae523c058102bbdd321ea883f95"}');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym09rqtc','fails',NULL,NULL,'96a3abd283d789f1db3d8e6e366aaab1','{"input":null,"trigger":"manual"}',1,'2:bab8ad3cf9c236076adf2ebc9489962f5fff8d10d4ff2d442bc659bbf195101a',NULL);
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym09rqtc','fails',NULL,NULL,'96a3abd283d789f1db3d8e6e366aaab1','{}',2,'2:b9a9283cc53f6aed5b6e1f90ac457a8a4d61028f4c7b3320112f3359a0e04995',NULL);
INSERT INTO "event" VALUES(33,'step.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym09rqtc','fails','read_sensor',NULL,'96a3abd283d789f1db3d8e6e366aaab1','{"attempt":1,"title":"read-sensor"}',3,'2:195e54e36823c37bb163eb88d9b63715a349b3b090da5fea0d98e1853a4f3152','{"run":"33bc9a7c5ccfa371930654f08ea35b869d184e84","step.read_sensor":"21b3cd1f79779b17c1b3ee5e6d3d287cdd4b4330"}');
INSERT INTO "event" VALUES(34,'step.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym09rqtc','fails','read_sensor',NULL,'96a3abd283d789f1db3d8e6e366aaab1','{"log":[],"attempt":1,"title":"read-sensor","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 77, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:c4c58b4a5a9f93137c6357a29a83e671d23320a7b8a1e96b008aa1c28f65b20c',NULL);
INSERT INTO "event" VALUES(35,'request.opened',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym09rqtc','fails','read_sensor','fails-1ke6p4ym09rqtc.read_sensor.1','96a3abd283d789f1db3d8e6e366aaab1','{"kind":"failure"}',5,'2:3c751798fa7cfe92d7d4c297b6381c0fa64194fbfb4cc550719f5a7f14feae1f',NULL);
INSERT INTO "event" VALUES(36,'run.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym09rqtc','fails',NULL,NULL,'96a3abd283d789f1db3d8e6e366aaab1','{"reason":"waits for people at read-sensor"}',6,'2:1e318c03dde2e1315862ff21beccc79ff80b51a9a743d503d23bbb4938bea38d','{"run":"b4ee3bcc92157eefef9b7f1bfbcf6f71a28dc775","step.read_sensor":"09adc6b96061564a0a77cc37e55a0c681a0c7798","request.fails-1ke6p4ym09rqtc.read_sensor.1":"782b95eab0c1d578f446060c7c90dd57dfac5f1d","wait.expire:fails-1ke6p4ym09rqtc.read_sensor.1":"08a4aadcb9b64764302327ccc6c65d70acc43854","wait.remind:fails-1ke6p4ym09rqtc.read_sensor.1":"1e34b793a06f25ec4b47ffea85cd890010d3f3b5"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0s0s0n','flaky',NULL,NULL,'ac3548aef4cf8383166a9b24d37b00e6','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:b2eb2044031866d7de5f4159f4baf773d3208c4020157423276ee27e016c050a',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0s0s0n','flaky',NULL,NULL,'ac3548aef4cf8383166a9b24d37b00e6','{}',2,'2:e2a3efe490f999c1e526aaaf047ce69179cfaf77f8f86bbcc99a27c339718831',NULL);
INSERT INTO "event" VALUES(39,'request.opened',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0s0s0n','flaky','first','flaky-1ke6p4ym0s0s0n.first','ac3548aef4cf8383166a9b24d37b00e6','{"kind":"approval"}',3,'2:fb79ccb3c6140748ddaf7cab79abaa2e0f4d579f48ba17820fc3a05890cf31b2',NULL);
INSERT INTO "event" VALUES(40,'run.waiting',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym0s0s0n','flaky',NULL,NULL,'ac3548aef4cf8383166a9b24d37b00e6','{"reason":"waits for people at first"}',4,'2:0f570c03f96e43c3ee3cf56b0c38fb687e92750f04fa579c954c19582e36f3e0','{"run":"be1a80e7a2ef42a4c98b78c580078c2f89c1503b","step.first":"7009fee7c80a15d35fa0a4e883f8c5457af48e85","request.flaky-1ke6p4ym0s0s0n.first":"d367a4cb83dd7ed27923edc1c6e1a9e26f8035f6","wait.expire:flaky-1ke6p4ym0s0s0n.first":"13157ab3345e42bef432a1feecbc45f90c1a916e"}');
INSERT INTO "event" VALUES(41,'request.decision',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0s0s0n','flaky','first','flaky-1ke6p4ym0s0s0n.first','ac3548aef4cf8383166a9b24d37b00e6','{"digest":"119dcca4741c1d74efccc606f3faf4e015aad1e8506fd3c97a54e7ba201eac0b","kind":"approval","choice":"approve","comment":""}',5,'2:f2ab43fa45fdd05600b43c96a8c1184bcc76842dd3f5437aafd0f14471e65249',NULL);
INSERT INTO "event" VALUES(42,'request.decided',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0s0s0n','flaky','first','flaky-1ke6p4ym0s0s0n.first','ac3548aef4cf8383166a9b24d37b00e6','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',6,'2:3e96b85e5ce35632c441f30ec59b4540f3e54ac84422c0338439be0dc4b6006a',NULL);
INSERT INTO "event" VALUES(43,'step.started',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0s0s0n','flaky','pay',NULL,'ac3548aef4cf8383166a9b24d37b00e6','{"attempt":1,"title":"pay"}',7,'2:26fcaccd59ec1f8f656fc8bb82bd14c29a6becf6ed3f39f1785cb77502bc8109',NULL);
INSERT INTO "event" VALUES(44,'run.resumed',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym0s0s0n','flaky',NULL,NULL,'ac3548aef4cf8383166a9b24d37b00e6','{}',8,'2:e464e994ad63796fdbcf1ec17c55ccc9713a0c152c34810c453a25d015fd98d5','{"run":"93f312dbbcd6a89f2f7651d65f2c9b11bbb60e0d","step.first":"91275965aa581ce93989bd64af42866d535d0995","step.pay":"f52b0166f5e125a4bc7654626b3fbd787d715160","request.flaky-1ke6p4ym0s0s0n.first":"a199525e9e10f1027dfce4d22f7d5c9bfe50e185","decision.flaky-1ke6p4ym0s0s0n.first:1":"00d387a9924f95f1a7dc77c85006c4cb4a85bb35","wait.expire:flaky-1ke6p4ym0s0s0n.first":null,"wait.remind:flaky-1ke6p4ym0s0s0n.first":null}');
INSERT INTO "event" VALUES(45,'step.retrying',1767603600000000,'engine:engine',NULL,'flaky-1ke6p4ym0s0s0n','flaky','pay',NULL,'ac3548aef4cf8383166a9b24d37b00e6','{"attempt":1,"title":"pay","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 87, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:00:58.472447+00:00","log":[]}',9,'2:3bb408a82886bd1cff2e2f6c03aba8b62e0764e38ea5f6744d4c3af6faa04dbe','{"step.pay":"020aac5feedacdfd790aab07c04fa6c005e68007","wait.retry:flaky-1ke6p4ym0s0s0n:pay":"e028276e721f5406a1da73afa2441aafb56f51e8"}');
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
INSERT INTO "log" VALUES(1,0,45,'0d6500779776a70a06cbdcd96470c5bb743352b8bd2f4dc9645b1487a2bcc274','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{}','a400bee9530d61b1','d2b8fdac56338db89e6db3c9b65f426f87c86b9c');
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
INSERT INTO "request" VALUES('ship-1ke6p4ym0t4q2v.go_live','approval','ship-1ke6p4ym0t4q2v','ship','go_live','open',1,'Ship valve for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":5,"note":"more valves"},"proposed":{"replicas":5,"note":"more valves"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"2248960b41aad962e66cea66fb923a047b455d68b59d283f164d68572862a117","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more valves","value"],["Plan",{"before":{"item":"valve","amount":12345.67},"after":{"replicas":5,"note":"more valves"}},"diff"]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('ship-1ke6p4ym0qaspz.go_live','approval','ship-1ke6p4ym0qaspz','ship','go_live','decided',3,'Ship pump for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":7,"note":"n"},"proposed":{"replicas":5,"note":"more pumps"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"10c89366427ca7294fce58d4c06579fe62da148f847243ce4d366b7ea6a56b0c","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more pumps","value"],["Plan",{"before":{"item":"pump","amount":12345.67},"after":{"replicas":5,"note":"more pumps"}},"diff"]]',NULL,1767618000000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('staged-1ke6p4ym0pa06v.both','approval','staged-1ke6p4ym0pa06v','staged','both','open',2,'Buy pump?','{"choices":["approve","reject"],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"needs":2,"former":[]}]},{"name":"second","quorums":[{"approvers":["U9"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('revocable-1ke6p4ym08zcrh.take_back','approval','revocable-1ke6p4ym08zcrh','revocable','take_back','held',3,'Delete pump?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":3600.0,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}},"digest":"8b4914f86bcac3532cc575ce4959f3a0b6a2105525c9d397e990951b01f45158","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767607200000000,NULL,0);
INSERT INTO "request" VALUES('fails-1ke6p4ym09rqtc.read_sensor.1','failure','fails-1ke6p4ym09rqtc','fails','read_sensor','open',1,'fails failed at read-sensor','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 77, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('flaky-1ke6p4ym0s0s0n.first','approval','flaky-1ke6p4ym0s0s0n','flaky','first','decided',3,'Pay 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}},"digest":"119dcca4741c1d74efccc606f3faf4e015aad1e8506fd3c97a54e7ba201eac0b","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
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
INSERT INTO "run" VALUES('ship-1ke6p4ym0t4q2v','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','waiting',2,'{"item":"valve","amount":12345.67}','slack:U4',NULL,'manual',NULL,'548156b2256542fa9280267845909221',1767603600000000,1767603600000000,NULL,'waits for people at go-live','2:0838bc2a8b5c01b44b437f4be7799317e85c038e0a4d5d40d02d97f7d6bb0915',6,'4q2v','589d74053bc112426ff770975c10716745a09cd4',NULL);
INSERT INTO "run" VALUES('ship-1ke6p4ym0qaspz','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','succeeded',4,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'dcb23c4a70e0d60449a4cbbd3162b01f',1767603600000000,1767603600000000,1767603600000000,'','2:ebc0ed7874bc9c5d7fd577386bb7e13f0bb7c0f15762ce861bfad0fb6177a0f7',12,'aspz','530bf2ca78ad9ffdae6f0bfe7f4190010e027559',NULL);
INSERT INTO "run" VALUES('staged-1ke6p4ym0pa06v','staged','b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'6fb201c59a36be1988757ff0e855a925',1767603600000000,1767603600000000,NULL,'waits for people at both','2:e4e329e5899b74533af3ad9112e41811629f544abdcdedff4317134cb04c2183',5,'a06v','48040a26de1d58c6f82d7a79eb45831ae2b9d147',NULL);
INSERT INTO "run" VALUES('revocable-1ke6p4ym08zcrh','revocable','ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'9b94aba23e42b819d5d44a2fec6ed574',1767603600000000,1767603600000000,NULL,'waits for people at take-back','2:89fead936a71fd787e216e05ab5ab577fea137dc18b6ec9a748844e01cdfb4f7',6,'zcrh','431e36787d78f05ddb3c73a9252cedcc6e72063e',NULL);
INSERT INTO "run" VALUES('fails-1ke6p4ym09rqtc','fails','79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','waiting',2,'null','slack:U4',NULL,'manual',NULL,'96a3abd283d789f1db3d8e6e366aaab1',1767603600000000,1767603600000000,NULL,'waits for people at read-sensor','2:1e318c03dde2e1315862ff21beccc79ff80b51a9a743d503d23bbb4938bea38d',6,'rqtc','27beacaa13680e28c9b43c684ce66e557f5b4c14',NULL);
INSERT INTO "run" VALUES('flaky-1ke6p4ym0s0s0n','flaky','2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','running',3,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'ac3548aef4cf8383166a9b24d37b00e6',1767603600000000,1767603600000000,NULL,'','2:3bb408a82886bd1cff2e2f6c03aba8b62e0764e38ea5f6744d4c3af6faa04dbe',9,'0s0n','9098efae9ae1c6cc9e0ec1832c68551af66b6e4e',NULL);
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
INSERT INTO "step_run" VALUES('fails-1ke6p4ym09rqtc','read_sensor','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 77, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5',0);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0s0s0n','first','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym0s0s0n','pay','retrying',1,1,0,1,1767603600000000,1767603600000000,1767603658472447,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/runner.py\", line 238, in _outcome\n    result = await self._execute(attempt, code, said)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 309, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/runner.py\", line 342, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 87, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd',0);
INSERT INTO "step_run" VALUES('revocable-1ke6p4ym08zcrh','take_back','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0qaspz','go_live','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00","value":{"replicas":7,"note":"n"}}',NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0qaspz','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more pumps"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0qaspz','release','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'"7 replicas"',NULL,'',NULL,'991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0t4q2v','go_live','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0t4q2v','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more valves"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0);
INSERT INTO "step_run" VALUES('staged-1ke6p4ym0pa06v','both','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
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
INSERT INTO "wait" VALUES('expire:ship-1ke6p4ym0t4q2v.go_live','expire','ship-1ke6p4ym0t4q2v','go_live','ship-1ke6p4ym0t4q2v.go_live',1767618000000000);
INSERT INTO "wait" VALUES('expire:staged-1ke6p4ym0pa06v.both','expire','staged-1ke6p4ym0pa06v','both','staged-1ke6p4ym0pa06v.both',1767776400000000);
INSERT INTO "wait" VALUES('effect:revocable-1ke6p4ym08zcrh.take_back','effect','revocable-1ke6p4ym08zcrh','take_back','revocable-1ke6p4ym08zcrh.take_back',1767607200000000);
INSERT INTO "wait" VALUES('expire:fails-1ke6p4ym09rqtc.read_sensor.1','expire','fails-1ke6p4ym09rqtc','read_sensor','fails-1ke6p4ym09rqtc.read_sensor.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:fails-1ke6p4ym09rqtc.read_sensor.1','remind','fails-1ke6p4ym09rqtc','read_sensor','fails-1ke6p4ym09rqtc.read_sensor.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:flaky-1ke6p4ym0s0s0n:pay','retry','flaky-1ke6p4ym0s0s0n','pay',NULL,1767603658472447);
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
