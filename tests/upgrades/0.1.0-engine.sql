BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0016');
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
INSERT INTO "code" VALUES('9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','{"plan":"cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b","release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}','5a37a374b69c4144199ca16c2ff58dc776f44544');
INSERT INTO "code" VALUES('c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}','d5e0f891047eff9b6d3c2a211fe9d878f45a67fb');
INSERT INTO "code" VALUES('bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}','41e097d6c82533fdcf5d3f3abcceb19104b1e1d3');
INSERT INTO "code" VALUES('580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','{"read_sensor":"d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5"}','09221d5ab37815eb7824b3e544a249e334b293c1');
INSERT INTO "code" VALUES('0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}','18568dfa8b8bda00d7b36540e547444e24842f84');
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
INSERT INTO "decision" VALUES('ship-1ke6p4ym0n8gfy.go_live:1','ship-1ke6p4ym0n8gfy.go_live','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]','{"replicas":7,"note":"n"}','c18edc2e3bc825a23026ec933d32f9e3ba758a27ecb4cce8ba4743baf548edfc','');
INSERT INTO "decision" VALUES('staged-1ke6p4ym0b35fy.both:1','staged-1ke6p4ym0b35fy.both','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'7948abd135318419943109193fe62faeb851fee74b5f03705b74cfc78d2eeabd','');
INSERT INTO "decision" VALUES('revocable-1ke6p4ym0gzfes.take_back:1','revocable-1ke6p4ym0gzfes.take_back','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'1109d0dc920f9d42fcbe3b2cc68807586a7390ba598833bc005bf5697381b4cf','');
INSERT INTO "decision" VALUES('flaky-1ke6p4ym02fpw2.first:1','flaky-1ke6p4ym02fpw2.first','approve','slack:U1',NULL,'',1767603600000000,0,'["@release"]',NULL,'0ce98130e397685a50e06937c9cdeb930180cac261e6f491f0bbc6bd15c22699','');
CREATE TABLE definition (
	digest VARCHAR NOT NULL, 
	workflow VARCHAR NOT NULL, 
	canonical TEXT NOT NULL, 
	created_at BIGINT NOT NULL, seal VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','ship','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"ship","nodes":[{"after":[],"failure":null,"kind":"step","name":"plan","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:2953fe45833acab3ab371af77d05f895b5499354f8c48542de179a04d227f7dd","takes_ctx":false,"takes_input":true,"timeout":null,"title":"plan","when":null},{"after":[],"ask":"Ship {input.item} for {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":14400.0,"form":{"fields":{"properties":{"note":{"default":"","title":"Note","type":"string"},"replicas":{"title":"Replicas","type":"integer"}},"required":["replicas"],"title":"Change","type":"object"},"options":{},"proposed":"plan","sole":""},"hours":null,"kind":"approval","leavers_count":false,"name":"go_live","needs":[{"join":"value","parameter":"plan","step":"plan"}],"on_expiry":"rejected","one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[{"before":"","kind":"value","label":"Note","source":"plan.note"},{"before":"input","kind":"diff","label":"Plan","source":"plan"}],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"go-live","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"release","needs":[{"join":"value","parameter":"go_live","step":"go_live"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:a455f821e77ea65e987ec983cfc0b82ee74753d731a75b565789d01f57f54af0","takes_ctx":false,"takes_input":false,"timeout":null,"title":"release","when":{"kind":"outcome","outcome":"approved","step":"go_live"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"ship","triggers":[]}',1767603600000000,'475868277b6ba953d94da1e1d094ba3d1bb26a93');
INSERT INTO "definition" VALUES('b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','staged','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"staged","nodes":[{"after":[],"ask":"Buy {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"both","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"former":[],"needs":2}]},{"name":"second","quorums":[{"approvers":["U9"],"former":[],"needs":1}]}],"title":"both","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"buy","needs":[{"join":"value","parameter":"both","step":"both"}],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:83871677971d827e7cceab542e6562cc17f459939ba3fc0126412e234c1490ee","takes_ctx":false,"takes_input":true,"timeout":null,"title":"buy","when":{"kind":"outcome","outcome":"approved","step":"both"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"staged","triggers":[]}',1767603600000000,'e1bff373337737eb39620861eeb76c8e486056b6');
INSERT INTO "definition" VALUES('ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','revocable','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"revocable","nodes":[{"after":[],"ask":"Delete {input.item}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"take_back","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"take-back","undo":3600.0,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"delete","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:b5ada7a2397f6ea8b620564a42286426a263c485be1eac784334c84367679a42","takes_ctx":false,"takes_input":true,"timeout":null,"title":"delete","when":{"kind":"outcome","outcome":"approved","step":"take_back"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"revocable","triggers":[]}',1767603600000000,'9303792dcc4bb258d7779479f19eda38927e0703');
INSERT INTO "definition" VALUES('79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','fails','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":172800.0,"remind_every":14400.0},"gate":false,"input_schema":null,"may_cancel":[],"may_run":[],"may_see":[],"name":"fails","nodes":[{"after":[],"failure":null,"kind":"step","name":"read_sensor","needs":[],"retry":{"attempts":1,"cap":60.0,"factor":2.0,"first":1.0,"jitter":0.25,"on":null},"schema_digest":"2:418f86bb7712aed5d99a9723a45185221d6f4475629f04ca5519a57941902326","takes_ctx":false,"takes_input":false,"timeout":null,"title":"read-sensor","when":null}],"overlap":"allow","owner":"@ops","parallel":null,"title":"fails","triggers":[]}',1767603600000000,'a817afcb25bd28ac3dd81ff42f424f956cd40d8e');
INSERT INTO "definition" VALUES('2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','flaky','{"channel":"#deploys","concurrency":null,"failure":{"do":"ask","expires":259200.0,"remind_every":14400.0},"gate":false,"input_schema":{"properties":{"amount":{"default":12345.67,"title":"Amount","type":"number"},"item":{"default":"pump","title":"Item","type":"string"}},"title":"Order","type":"object"},"may_cancel":[],"may_run":[],"may_see":[],"name":"flaky","nodes":[{"after":[],"ask":"Pay {input.amount}?","channel":null,"comment":{"reject":"required"},"confirm":"","escalations":[],"expires":172800.0,"form":null,"hours":null,"kind":"approval","leavers_count":false,"name":"first","needs":[],"on_expiry":null,"one_time_code":false,"reassign_to":[],"rejections":1,"remind_every":null,"risk":"normal","self_approval":false,"show":[],"stages":[{"name":"","quorums":[{"approvers":["@release"],"former":[],"needs":1}]}],"title":"first","undo":null,"veto":[],"when":null},{"after":[],"failure":null,"kind":"step","name":"pay","needs":[],"retry":{"attempts":3,"cap":60.0,"factor":2.0,"first":600.0,"jitter":0.25,"on":null},"schema_digest":"2:b25e2ea904eab4e6fe3d270909aa31919e1dc82e7a70f2b6799bbecb355836af","takes_ctx":true,"takes_input":true,"timeout":null,"title":"pay","when":{"kind":"outcome","outcome":"approved","step":"first"}}],"overlap":"allow","owner":"@ops","parallel":null,"title":"flaky","triggers":[]}',1767603600000000,'08fcdd0a816ac8e6c0987af0ea62503dc490d04d');
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
INSERT INTO "event" VALUES(2,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0t9r7h','ship',NULL,NULL,'3f51cef5e777d4f163cda3ae069e55a3','{"input":{"item":"valve","amount":12345.67},"trigger":"manual"}',1,'2:02764209edcd27e5fde61ea833ee22841777a936e685db1160cfaefc8f219391',NULL);
INSERT INTO "event" VALUES(3,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0t9r7h','ship',NULL,NULL,'3f51cef5e777d4f163cda3ae069e55a3','{}',2,'2:0670891c8d5cc6a07ce8ee1074a83e2bdbafb8bb85e4538e2f136fbee18d0de7',NULL);
INSERT INTO "event" VALUES(4,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0t9r7h','ship','plan',NULL,'3f51cef5e777d4f163cda3ae069e55a3','{"attempt":1,"title":"plan"}',3,'2:174849704a1c719c1be0c8de88a4e8cd21f402a47b222534dce637f52481fe18','{"run":"5f4ce14e6d9ca059559132c9c224bf903a8ea574","step.plan":"c42c68f5543638706537e8457bc0f3e8ec4378f1"}');
INSERT INTO "event" VALUES(5,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0t9r7h','ship','plan',NULL,'3f51cef5e777d4f163cda3ae069e55a3','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:d0c4c1ccdf074d064b0718bd16299bdd7bac607483d7484aa254086f6d3377c2',NULL);
INSERT INTO "event" VALUES(6,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0t9r7h','ship','go_live','ship-1ke6p4ym0t9r7h.go_live','3f51cef5e777d4f163cda3ae069e55a3','{"kind":"approval"}',5,'2:9944eb2da26e33292f6320013691e0dc9c19726869dfd5191d16ea82af6932ae',NULL);
INSERT INTO "event" VALUES(7,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0t9r7h','ship',NULL,NULL,'3f51cef5e777d4f163cda3ae069e55a3','{"reason":"waits for people at go-live"}',6,'2:c20a73261b7efe454cedf9ded78be087cdf3c3ea23f9f2489a9d44ac276445d3','{"run":"7212e6d9834ce1c37334fde249e93c32f1733e60","step.plan":"687fba3ab14f2adc9c5b54c752613037ea4f9a7c","step.go_live":"c65139671376bbe4866083153179f52f8ed43453","request.ship-1ke6p4ym0t9r7h.go_live":"e79661855e0df95d8f2bd7baf351bea4d03e87b8","wait.expire:ship-1ke6p4ym0t9r7h.go_live":"a9e6f0ec9c4568b319216e7a4e52435507a6dfee"}');
INSERT INTO "event" VALUES(8,'run.created',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0n8gfy','ship',NULL,NULL,'7985fc6f48a0c2785401803a936ea17d','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:62e11b0f2a91413bc3673bb3befff6592e531819cad83cdae2f13a2b47e7d266',NULL);
INSERT INTO "event" VALUES(9,'run.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0n8gfy','ship',NULL,NULL,'7985fc6f48a0c2785401803a936ea17d','{}',2,'2:424443a9a1df6b993885476c7ef7ccb0a624c5773021e7445c512dd9404582f4',NULL);
INSERT INTO "event" VALUES(10,'step.started',1767603600000000,'slack:U4',NULL,'ship-1ke6p4ym0n8gfy','ship','plan',NULL,'7985fc6f48a0c2785401803a936ea17d','{"attempt":1,"title":"plan"}',3,'2:55250fe0ea75e1e3754ed349a7a2bd5bad6bbef03619bd0dc14cd0e7676fbd32','{"run":"ebd42dc2aba9547806a43113499d290f7a929f35","step.plan":"4063446b5321a375dd0d8ceec20419f5b483123c"}');
INSERT INTO "event" VALUES(11,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0n8gfy','ship','plan',NULL,'7985fc6f48a0c2785401803a936ea17d','{"attempt":1,"title":"plan","seconds":0.0,"log":[]}',4,'2:8f8fd710272f8868ad3d25cebdc06dab553e03b4a6c23d098b7ea39efb649a39',NULL);
INSERT INTO "event" VALUES(12,'request.opened',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0n8gfy','ship','go_live','ship-1ke6p4ym0n8gfy.go_live','7985fc6f48a0c2785401803a936ea17d','{"kind":"approval"}',5,'2:7e5b10d5d05c3d12666986513074a6c69d1267a97f68d1c424b4e2a8ddba019c',NULL);
INSERT INTO "event" VALUES(13,'run.waiting',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0n8gfy','ship',NULL,NULL,'7985fc6f48a0c2785401803a936ea17d','{"reason":"waits for people at go-live"}',6,'2:77d6139019492c581cfbdd81e67b42863be21b8af940d7c0e8a341c3131c023b','{"run":"1768069b1df6758884691ca103dfa6c1f3f38014","step.plan":"734cfb6d74b087b3f0b3cd99dd6cb5c0eb0dc88a","step.go_live":"3b4a8beb2933046def1de73b11c5f0b03ef54c8d","request.ship-1ke6p4ym0n8gfy.go_live":"0e33823fbe8e37cfac7e79a4255d65e3bb3a3df2","wait.expire:ship-1ke6p4ym0n8gfy.go_live":"1ce55fa401e66824b8633a58423704dd63ad9750"}');
INSERT INTO "event" VALUES(14,'request.decision',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0n8gfy','ship','go_live','ship-1ke6p4ym0n8gfy.go_live','7985fc6f48a0c2785401803a936ea17d','{"digest":"c18edc2e3bc825a23026ec933d32f9e3ba758a27ecb4cce8ba4743baf548edfc","kind":"approval","choice":"approve","comment":"","changes":{"replicas":[5,7],"note":["more pumps","n"]}}',7,'2:cffeb0a3115761c7b86eaa7f8ed7ca733459a5433572c9dca510088b3606f043',NULL);
INSERT INTO "event" VALUES(15,'request.decided',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0n8gfy','ship','go_live','ship-1ke6p4ym0n8gfy.go_live','7985fc6f48a0c2785401803a936ea17d','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',8,'2:1484cbeba8130ecbd4bc329b925e3bb5d3f2d598dfe3406623fb60e2d1bae883',NULL);
INSERT INTO "event" VALUES(16,'step.started',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0n8gfy','ship','release',NULL,'7985fc6f48a0c2785401803a936ea17d','{"attempt":1,"title":"release"}',9,'2:65feda38fdb3916936b88fc0adfcf4cea56a2b7b1de72ff67dd6edd1e7e6a58d',NULL);
INSERT INTO "event" VALUES(17,'run.resumed',1767603600000000,'slack:U1',NULL,'ship-1ke6p4ym0n8gfy','ship',NULL,NULL,'7985fc6f48a0c2785401803a936ea17d','{}',10,'2:398f568eeeeea60a7f868e8e35d0e48ba79b0383122308002dd1e7121f33462a','{"run":"ebd42dc2aba9547806a43113499d290f7a929f35","step.go_live":"3181f9deb88a424e16889c04fdf2c392ba9d291d","step.release":"553579fc4454d9a1bfd0d9911b1c34ccc41985c9","request.ship-1ke6p4ym0n8gfy.go_live":"8bb271beeeb4b078de118a5db9aa9a323137f761","decision.ship-1ke6p4ym0n8gfy.go_live:1":"954d5727598425dcf3331753958e1bdb696d1acd","wait.expire:ship-1ke6p4ym0n8gfy.go_live":null,"wait.remind:ship-1ke6p4ym0n8gfy.go_live":null}');
INSERT INTO "event" VALUES(18,'step.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0n8gfy','ship','release',NULL,'7985fc6f48a0c2785401803a936ea17d','{"attempt":1,"title":"release","seconds":0.0,"log":[]}',11,'2:74ddc69969d2f0cf5c22377a8a128b63ca9e7c0751d942c50d6065ecedbe76d2',NULL);
INSERT INTO "event" VALUES(19,'run.succeeded',1767603600000000,'engine:engine',NULL,'ship-1ke6p4ym0n8gfy','ship',NULL,NULL,'7985fc6f48a0c2785401803a936ea17d','{}',12,'2:05d1d829a1ff2c1c693a1499623830cc9af89912f50268924f4feebe9bf033ac','{"run":"afca36500c74e5134799cf57712ca649b243ed2d","step.release":"6acd23a30dfd69f9af8ac2e33db4e0af012b7fbc"}');
INSERT INTO "event" VALUES(20,'run.created',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0b35fy','staged',NULL,NULL,'108dd180b21072c557a7d38604ef4e63','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:1b2798b34a55804f4f104a7b01491d419e1daec276d358626c98b61741f15684',NULL);
INSERT INTO "event" VALUES(21,'run.started',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0b35fy','staged',NULL,NULL,'108dd180b21072c557a7d38604ef4e63','{}',2,'2:83ea234073305e1cf20199ee2bc788b15b0138163d6e77f8ad24e0ba7a5aaa61',NULL);
INSERT INTO "event" VALUES(22,'request.opened',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0b35fy','staged','both','staged-1ke6p4ym0b35fy.both','108dd180b21072c557a7d38604ef4e63','{"kind":"approval"}',3,'2:413d9485eedd751f805b2cecc0e4ae1f09656a207b5fadb11043840528ef5ad7',NULL);
INSERT INTO "event" VALUES(23,'run.waiting',1767603600000000,'slack:U4',NULL,'staged-1ke6p4ym0b35fy','staged',NULL,NULL,'108dd180b21072c557a7d38604ef4e63','{"reason":"waits for people at both"}',4,'2:3e6545d9a769e6b54a89e4a7cdd9aea93f823660315b64eb2a4a04cf82558cf2','{"run":"df65acf1ccfd4f192fe6c4711d40470f42ca4092","step.both":"902ac547870d522836d279a567b7e00bac78cf9e","request.staged-1ke6p4ym0b35fy.both":"ad1846ba6d71d07bdd8acdcddae5a486b165c490","wait.expire:staged-1ke6p4ym0b35fy.both":"c8194ae8313f8b327c0469abd49c388bc89f8e24"}');
INSERT INTO "event" VALUES(24,'request.decision',1767603600000000,'slack:U1',NULL,'staged-1ke6p4ym0b35fy','staged','both','staged-1ke6p4ym0b35fy.both','108dd180b21072c557a7d38604ef4e63','{"digest":"7948abd135318419943109193fe62faeb851fee74b5f03705b74cfc78d2eeabd","kind":"approval","choice":"approve","comment":""}',5,'2:6db8cf53c95c5b15f81458de3b8a16b84af6e28c9fc68c637d95f89d7003328e','{"run":"df65acf1ccfd4f192fe6c4711d40470f42ca4092","request.staged-1ke6p4ym0b35fy.both":"7b425dc937b86940de0e4a4e6286c0885717077b","decision.staged-1ke6p4ym0b35fy.both:1":"57ab646d554ddb9378aa6bf61dd76cf9a4957709"}');
INSERT INTO "event" VALUES(25,'run.created',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0gzfes','revocable',NULL,NULL,'9d163ae38c1a70739b3092d491028db9','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:65497e948678924899d803be0563aa1c95366201b0a9e782fca3a61f413d16a1',NULL);
INSERT INTO "event" VALUES(26,'run.started',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0gzfes','revocable',NULL,NULL,'9d163ae38c1a70739b3092d491028db9','{}',2,'2:80c919828e93b059ccb96e118761324393dcff7c8f2660d181623105f6bf4b0e',NULL);
INSERT INTO "event" VALUES(27,'request.opened',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0gzfes','revocable','take_back','revocable-1ke6p4ym0gzfes.take_back','9d163ae38c1a70739b3092d491028db9','{"kind":"approval"}',3,'2:90deeca674b613d31715f8a1e310ba53417775984f9df547b50d08710d76b4df',NULL);
INSERT INTO "event" VALUES(28,'run.waiting',1767603600000000,'slack:U4',NULL,'revocable-1ke6p4ym0gzfes','revocable',NULL,NULL,'9d163ae38c1a70739b3092d491028db9','{"reason":"waits for people at take-back"}',4,'2:a8952de988ab531d2d697599e6dcdccafaf6a1c11d1ecb6a86fedd7e69c85aa9','{"run":"433e753c5dd8ecd7807db0e1f9a1a1fdf0c3006b","step.take_back":"dea68f5a83e9beda596d956addd67d5a15ba6fa6","request.revocable-1ke6p4ym0gzfes.take_back":"bc89ae583cbe1298cdd8857e94da341327e6847e","wait.expire:revocable-1ke6p4ym0gzfes.take_back":"99a02a6d828f2664a8f538333c5229d2e84de273"}');
INSERT INTO "event" VALUES(29,'request.decision',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0gzfes','revocable','take_back','revocable-1ke6p4ym0gzfes.take_back','9d163ae38c1a70739b3092d491028db9','{"digest":"1109d0dc920f9d42fcbe3b2cc68807586a7390ba598833bc005bf5697381b4cf","kind":"approval","choice":"approve","comment":""}',5,'2:4d925e3c99ed3cd7576deab65d6cacddb09aace5274ed5bebc25ac9e109cd708',NULL);
INSERT INTO "event" VALUES(30,'request.held',1767603600000000,'slack:U1',NULL,'revocable-1ke6p4ym0gzfes','revocable','take_back','revocable-1ke6p4ym0gzfes.take_back','9d163ae38c1a70739b3092d491028db9','{"effective_at":"2026-01-05T10:00:00+00:00"}',6,'2:8c1bec0b309b5c6d28f65e906571ceabe4603c0c2afa7a4c98eab63b62ee5afd','{"run":"433e753c5dd8ecd7807db0e1f9a1a1fdf0c3006b","request.revocable-1ke6p4ym0gzfes.take_back":"147be714798f2ec70ed2cdfbf07c585d2ef2e9f7","decision.revocable-1ke6p4ym0gzfes.take_back:1":"8df45648f4f5a0b4fb23c735486ec0405f8c82bc","wait.expire:revocable-1ke6p4ym0gzfes.take_back":null,"wait.remind:revocable-1ke6p4ym0gzfes.take_back":null,"wait.effect:revocable-1ke6p4ym0gzfes.take_back":"ecb35dae86a5cb5381ce57d89501591f732cffc2"}');
INSERT INTO "event" VALUES(31,'run.created',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0n75mp','fails',NULL,NULL,'abf48fd9643035ec9a14c3079a19ea9f','{"input":null,"trigger":"manual"}',1,'2:4f7adc169aa063feaf411f190702458903fa3d1ccf987b799d7a30d1a49d34c7',NULL);
INSERT INTO "event" VALUES(32,'run.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0n75mp','fails',NULL,NULL,'abf48fd9643035ec9a14c3079a19ea9f','{}',2,'2:411fc1bcd33f66e71ad5cfc12dfdcd7626e8a995e01d669c1c81edbe76ee2372',NULL);
INSERT INTO "event" VALUES(33,'step.started',1767603600000000,'slack:U4',NULL,'fails-1ke6p4ym0n75mp','fails','read_sensor',NULL,'abf48fd9643035ec9a14c3079a19ea9f','{"attempt":1,"title":"read-sensor"}',3,'2:59f6312ac42c939464c740031508c7f75e16e371c0e9a8b00232c34a86355da6','{"run":"605e43310c5d2d975a678933ca57e2dc2e085353","step.read_sensor":"0486520e6c0a58069acd9f7a0c9a214a413f0d06"}');
INSERT INTO "event" VALUES(34,'step.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0n75mp','fails','read_sensor',NULL,'abf48fd9643035ec9a14c3079a19ea9f','{"log":[],"attempt":1,"title":"read-sensor","failure":{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 282, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 381, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}}',4,'2:c19eb6bf919b617e3687fcac4b245ddc6a4b8c3ba799e1b6e111f1b3bb0e097d',NULL);
INSERT INTO "event" VALUES(35,'request.opened',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0n75mp','fails','read_sensor','fails-1ke6p4ym0n75mp.read_sensor.1','abf48fd9643035ec9a14c3079a19ea9f','{"kind":"failure"}',5,'2:8db2e8a6ebcac3817e7372408ee521ea16ff4e66c7663a72839efa7c439c0599',NULL);
INSERT INTO "event" VALUES(36,'run.waiting',1767603600000000,'engine:engine',NULL,'fails-1ke6p4ym0n75mp','fails',NULL,NULL,'abf48fd9643035ec9a14c3079a19ea9f','{"reason":"waits for people at read-sensor"}',6,'2:9ac80ae47bfbbed5d0ff3bbd38a863c203c4f5f6d4ff387738a2016384009bda','{"run":"b2201797185926112eb30885d0cc4f05e63f0994","step.read_sensor":"bf0493e2cd8a9f404a0871f42185effe08a4216b","request.fails-1ke6p4ym0n75mp.read_sensor.1":"baa5922d4243ab7cc12a2f084f161e1c984ac09b","wait.expire:fails-1ke6p4ym0n75mp.read_sensor.1":"872d15dd4f9b33ad0113a4b3de00e94795d29e37","wait.remind:fails-1ke6p4ym0n75mp.read_sensor.1":"e3c2f1c5f41fa4aac9804213c4a1e23dfeb9c9b6"}');
INSERT INTO "event" VALUES(37,'run.created',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym02fpw2','flaky',NULL,NULL,'e1d884b597d9ce3189ab58c9bb9c14e1','{"input":{"item":"pump","amount":12345.67},"trigger":"manual"}',1,'2:8a983ab1c9a8f547a98264afdd632edcd6032cfc3ea93b3c07b8fb1e27b64a3d',NULL);
INSERT INTO "event" VALUES(38,'run.started',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym02fpw2','flaky',NULL,NULL,'e1d884b597d9ce3189ab58c9bb9c14e1','{}',2,'2:4d84a54b0a482a77115f866715aa57a845b62e27b7bd845564e7b016bace1181',NULL);
INSERT INTO "event" VALUES(39,'request.opened',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym02fpw2','flaky','first','flaky-1ke6p4ym02fpw2.first','e1d884b597d9ce3189ab58c9bb9c14e1','{"kind":"approval"}',3,'2:68490efee1f6d6e11a5c37f597b94b0f1b57b69a6febbdfeb601f1f674278c05',NULL);
INSERT INTO "event" VALUES(40,'run.waiting',1767603600000000,'slack:U4',NULL,'flaky-1ke6p4ym02fpw2','flaky',NULL,NULL,'e1d884b597d9ce3189ab58c9bb9c14e1','{"reason":"waits for people at first"}',4,'2:fb3b0243c258dd8a252fe649e6ed2fae174fd495294aadd3fc0425294d933bcb','{"run":"ccd72cb620f9b9a61d585f6baac22fef2578c61a","step.first":"77943a60fb5a1833b0ed97dc0ac87e0c471ce877","request.flaky-1ke6p4ym02fpw2.first":"de54eba4d0b07b9cecef902733ca4ae62d336213","wait.expire:flaky-1ke6p4ym02fpw2.first":"bfeea54151b3ea396461abb6d4677ce8c7cfedec"}');
INSERT INTO "event" VALUES(41,'request.decision',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym02fpw2','flaky','first','flaky-1ke6p4ym02fpw2.first','e1d884b597d9ce3189ab58c9bb9c14e1','{"digest":"0ce98130e397685a50e06937c9cdeb930180cac261e6f491f0bbc6bd15c22699","kind":"approval","choice":"approve","comment":""}',5,'2:31946e59a978c88cf56f34d3a90ea45781cf82345bf03241e4510a94ecbd782b',NULL);
INSERT INTO "event" VALUES(42,'request.decided',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym02fpw2','flaky','first','flaky-1ke6p4ym02fpw2.first','e1d884b597d9ce3189ab58c9bb9c14e1','{"outcome":"approved","kind":"approval","choice":"approve","comment":""}',6,'2:f35eba13f6314143f0f480dc9352d85627b427d0b98544f97c604a24ec869292',NULL);
INSERT INTO "event" VALUES(43,'step.started',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym02fpw2','flaky','pay',NULL,'e1d884b597d9ce3189ab58c9bb9c14e1','{"attempt":1,"title":"pay"}',7,'2:d7f5536a0b7b7975a1c684fffaff76d3a13f79a807a5a59e17500a9829a67c0b',NULL);
INSERT INTO "event" VALUES(44,'run.resumed',1767603600000000,'slack:U1',NULL,'flaky-1ke6p4ym02fpw2','flaky',NULL,NULL,'e1d884b597d9ce3189ab58c9bb9c14e1','{}',8,'2:f27302a5372fc6cbfef13444a280d069ea3ba4146a2ed18636a987473282e5c8','{"run":"5a1d8b68f7b2451ea1a4fac26d0574a9fd4d15d7","step.first":"fef6a3a8f0d1da8dc58e15486dd9305fcaae03e5","step.pay":"c5953067834c803d1c08cfcc93c7b1f36fedf06d","request.flaky-1ke6p4ym02fpw2.first":"b07a6af3d736285d4529dce4a07b04eb8320861c","decision.flaky-1ke6p4ym02fpw2.first:1":"d4ed35c3173c00e221f7a48a93b785efcece3b19","wait.expire:flaky-1ke6p4ym02fpw2.first":null,"wait.remind:flaky-1ke6p4ym02fpw2.first":null}');
INSERT INTO "event" VALUES(45,'step.retrying',1767603600000000,'engine:engine',NULL,'flaky-1ke6p4ym02fpw2','flaky','pay',NULL,'e1d884b597d9ce3189ab58c9bb9c14e1','{"attempt":1,"title":"pay","failure":{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 282, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 370, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 381, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"},"next_attempt_at":"2026-01-05T09:07:36.856440+00:00","log":[]}',9,'2:902c2f8cd55c74e86a35f25e159f040a0c7380994bdf7567e5a418600043a0a4','{"step.pay":"60f934ff35805c9a944d994cadec26840d1348fc","wait.retry:flaky-1ke6p4ym02fpw2:pay":"83bcab12d632ea71acb0cf1b0d24c6db7ace56b5"}');
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
INSERT INTO "failure_card" VALUES('fails-1ke6p4ym0n75mp.read_sensor.1','fails-1ke6p4ym0n75mp','fails','read_sensor','5b6df722e4f37ce26e6bae1e8a9f4cf1','fails-1ke6p4ym0n75mp.read_sensor.1',1);
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
INSERT INTO "log" VALUES(1,0,45,'b2fe8bf565f1154f78cf84cdb0646d650e7e9a85a347eb298f6ef961a512c80d','2:f7fc836e5e103913aaaa739694afcd415deae8d5d5af64483cc4394f81bb276c',1,'{}','07797888cb33e2af','1707fcfcd176eefb2c78e83df851e21da65b19ac');
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
INSERT INTO "request" VALUES('ship-1ke6p4ym0t9r7h.go_live','approval','ship-1ke6p4ym0t9r7h','ship','go_live','open',1,'Ship valve for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":5,"note":"more valves"},"proposed":{"replicas":5,"note":"more valves"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"2248960b41aad962e66cea66fb923a047b455d68b59d283f164d68572862a117","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more valves","value"],["Plan",{"before":{"item":"valve","amount":12345.67},"after":{"replicas":5,"note":"more valves"}},"diff",true]]',NULL,1767618000000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('ship-1ke6p4ym0n8gfy.go_live','approval','ship-1ke6p4ym0n8gfy','ship','go_live','decided',3,'Ship pump for 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":"rejected","remind_every":null,"form":{"fields":{"properties":{"replicas":{"title":"Replicas","type":"integer"},"note":{"default":"","title":"Note","type":"string"}},"required":["replicas"],"title":"Change","type":"object"},"proposed":"plan","sole":"","options":{}},"value":{"replicas":7,"note":"n"},"proposed":{"replicas":5,"note":"more pumps"},"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"release":"991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6"}},"digest":"c18edc2e3bc825a23026ec933d32f9e3ba758a27ecb4cce8ba4743baf548edfc","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[["Note","more pumps","value"],["Plan",{"before":{"item":"pump","amount":12345.67},"after":{"replicas":5,"note":"more pumps"}},"diff",true]]',NULL,1767618000000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
INSERT INTO "request" VALUES('staged-1ke6p4ym0b35fy.both','approval','staged-1ke6p4ym0b35fy','staged','both','open',2,'Buy pump?','{"choices":["approve","reject"],"stages":[{"name":"first","quorums":[{"approvers":["@release"],"needs":2,"former":[]}]},{"name":"second","quorums":[{"approvers":["U9"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"buy":"c17ee3df5ee50fa1e0955a72b9122555acc1a2619cd4faf915f24858101aca95"}},"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,NULL,0);
INSERT INTO "request" VALUES('revocable-1ke6p4ym0gzfes.take_back','approval','revocable-1ke6p4ym0gzfes','revocable','take_back','held',3,'Delete pump?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":3600.0,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"delete":"991ed77fee9e56910f1e2ff520254e8c2943e725652caf87c00ffb7848abe4cb"}},"digest":"1109d0dc920f9d42fcbe3b2cc68807586a7390ba598833bc005bf5697381b4cf","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767607200000000,NULL,0);
INSERT INTO "request" VALUES('fails-1ke6p4ym0n75mp.read_sensor.1','failure','fails-1ke6p4ym0n75mp','fails','read_sensor','open',1,'fails failed at read-sensor','{"choices":["retry","skip","abort"],"stages":[{"name":"","quorums":[{"approvers":["@ops"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":true,"comment":{},"on_expiry":"abort","remind_every":14400.0,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":null,"digest":"","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,NULL,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 282, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 381, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}',1);
INSERT INTO "request" VALUES('flaky-1ke6p4ym02fpw2.first','approval','flaky-1ke6p4ym02fpw2','flaky','first','decided',3,'Pay 12345.67?','{"choices":["approve","reject"],"stages":[{"name":"","quorums":[{"approvers":["@release"],"needs":1,"former":[]}]}],"rejections":1,"veto":[],"stage":0,"self_approval":false,"comment":{"reject":"required"},"on_expiry":null,"remind_every":null,"form":null,"value":null,"proposed":null,"escalations":[],"escalated":0,"hours":null,"undo":null,"risk":"normal","confirm":"","one_time_code":false,"binding":{"version":"2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9","input":"cb07755dced9e707b6d16044af929200ffba43242e7d3904d0b792538576d3dc","outputs":{},"code":{"pay":"0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd"}},"digest":"0ce98130e397685a50e06937c9cdeb930180cac261e6f491f0bbc6bd15c22699","again":"","superseded":"","about":"","questions":0,"held_since":null,"held_for":0.0,"stand_ins":[]}','slack:U4',NULL,1767603600000000,'[]',NULL,1767776400000000,0,'approved',1767603600000000,1767603600000000,NULL,0);
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
INSERT INTO "run" VALUES('ship-1ke6p4ym0t9r7h','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','waiting',2,'{"item":"valve","amount":12345.67}','slack:U4',NULL,'manual',NULL,'3f51cef5e777d4f163cda3ae069e55a3',1767603600000000,1767603600000000,NULL,'waits for people at go-live','2:c20a73261b7efe454cedf9ded78be087cdf3c3ea23f9f2489a9d44ac276445d3',6,'9r7h','98cffea5bce8e4885eced756f553eb715fb40b1d',NULL);
INSERT INTO "run" VALUES('ship-1ke6p4ym0n8gfy','ship','ea0c68b290a5e11ff2d1aebb714ebe57fb279b8e9325d7209868785a37bde4f6','9dec0db0b052cff2314515a4fbba623c401106be1338809c33ede993f66b147f','succeeded',4,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'7985fc6f48a0c2785401803a936ea17d',1767603600000000,1767603600000000,1767603600000000,'','2:05d1d829a1ff2c1c693a1499623830cc9af89912f50268924f4feebe9bf033ac',12,'8gfy','be653d823388a005b56d45fa8308bf53029d25d1',NULL);
INSERT INTO "run" VALUES('staged-1ke6p4ym0b35fy','staged','b68dcb727992cd6e88c02cfb9b58098d841518c2ae5df12aa88e4f46bf3989f8','c6c3f68b45e61c625a0ed2856d4307377fa0810579ae145ff7ecdfb8d2d1b27d','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'108dd180b21072c557a7d38604ef4e63',1767603600000000,1767603600000000,NULL,'waits for people at both','2:6db8cf53c95c5b15f81458de3b8a16b84af6e28c9fc68c637d95f89d7003328e',5,'35fy','54c03394f7d66657619b5623cec17511f964ceed',NULL);
INSERT INTO "run" VALUES('revocable-1ke6p4ym0gzfes','revocable','ae307a6bd90018d0e8901f84308d52b30821d7d403764d9ac2e207163106b64e','bdce63363cd8f3d8d79970fc2d36b1769bc8c35233b8f2dc669023e30bc944fd','waiting',2,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'9d163ae38c1a70739b3092d491028db9',1767603600000000,1767603600000000,NULL,'waits for people at take-back','2:8c1bec0b309b5c6d28f65e906571ceabe4603c0c2afa7a4c98eab63b62ee5afd',6,'zfes','6eda573681832cc0bbe781f0c645c933bddcb06f',NULL);
INSERT INTO "run" VALUES('fails-1ke6p4ym0n75mp','fails','79d57849b7dddd6ebd9fa870c60de1f46067fbdc36450706d7866115b2925297','580f22b7764d0c9304fec024b28357d40e615c4c9edc7913bcee1add70794e92','waiting',2,'null','slack:U4',NULL,'manual',NULL,'abf48fd9643035ec9a14c3079a19ea9f',1767603600000000,1767603600000000,NULL,'waits for people at read-sensor','2:9ac80ae47bfbbed5d0ff3bbd38a863c203c4f5f6d4ff387738a2016384009bda',6,'75mp','5e6db11d340d48bbc0fe3624ec0befd98e3e9ccf',NULL);
INSERT INTO "run" VALUES('flaky-1ke6p4ym02fpw2','flaky','2af8bcd3bb9d0d71c2fee5a7bf6a7bd14764b7ff1f1822b4466aaecdf0eacfc9','0c8ea406c7d293931e1b518ad896e25345c6c2bbdcd4d1891bf07aef693cb089','running',3,'{"item":"pump","amount":12345.67}','slack:U4',NULL,'manual',NULL,'e1d884b597d9ce3189ab58c9bb9c14e1',1767603600000000,1767603600000000,NULL,'','2:902c2f8cd55c74e86a35f25e159f040a0c7380994bdf7567e5a418600043a0a4',9,'fpw2','e8c567c754190246c7604affefa307094c399a0c',NULL);
CREATE TABLE schedule (
	workflow VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	next_fire_at BIGINT, 
	last_fire_at BIGINT, cursor TEXT, failures INTEGER DEFAULT '0' NOT NULL, 
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
	code_digest VARCHAR NOT NULL, deaths INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (run_id, step)
)
 WITHOUT ROWID

;
INSERT INTO "step_run" VALUES('fails-1ke6p4ym0n75mp','read_sensor','waiting',1,1,0,1,1767603600000000,1767603600000000,NULL,NULL,'{"kind":"Fatal","message":"the gateway is gone","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 282, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 381, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 76, in read_sensor\n    raise Fatal(\"the gateway is gone\")\nengine.errors.Fatal: the gateway is gone\n"}','',NULL,'d2b2ac169aefb4e0902d5a02d9057c3dd2970dd9f7c2eeb35d403a652254a3a5',0);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym02fpw2','first','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00"}',NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('flaky-1ke6p4ym02fpw2','pay','retrying',1,1,0,1,1767603600000000,1767603600000000,1767604056856440,NULL,'{"kind":"RuntimeError","message":"the bank is closed","detail":"Traceback (most recent call last):\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 282, in _outcome\n    result = await execute(attempt, code, report)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 370, in _with_context\n    result = await self._execute(attempt, code, report, context)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 381, in _execute\n    return await self._awaited(attempt, code.function(**arguments))\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/opt/signoff/engine/runtime/execution/runner.py\", line 414, in _awaited\n    return await work\n           ^^^^^^^^^^\n  File \"/opt/signoff/tests/upgrades/pending.py\", line 86, in pay\n    raise RuntimeError(\"the bank is closed\")\nRuntimeError: the bank is closed\n"}','',NULL,'0cb4f6d799e29f90060aa8c48af2f2bc8c32101ad24b09f08680316a35ccd2bd',0);
INSERT INTO "step_run" VALUES('revocable-1ke6p4ym0gzfes','take_back','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0n8gfy','go_live','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"outcome":"approved","by":["U1"],"comment":"","at":"2026-01-05T09:00:00+00:00","value":{"replicas":7,"note":"n"}}',NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0n8gfy','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more pumps"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0n8gfy','release','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'"7 replicas"',NULL,'',NULL,'991ddb412a8e1eda4039f31bf6672f7a606f13e586946a58e70de28c7c33c7b6',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0t9r7h','go_live','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
INSERT INTO "step_run" VALUES('ship-1ke6p4ym0t9r7h','plan','succeeded',1,1,0,0,1767603600000000,1767603600000000,NULL,'{"replicas":5,"note":"more valves"}',NULL,'',NULL,'cfff081d61d221f01466fa99f6edcb0f16050aabe0db1835a2f52b2097dad48b',0);
INSERT INTO "step_run" VALUES('staged-1ke6p4ym0b35fy','both','waiting',1,1,0,0,1767603600000000,NULL,NULL,NULL,NULL,'',NULL,'',0);
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
INSERT INTO "wait" VALUES('expire:ship-1ke6p4ym0t9r7h.go_live','expire','ship-1ke6p4ym0t9r7h','go_live','ship-1ke6p4ym0t9r7h.go_live',1767618000000000);
INSERT INTO "wait" VALUES('expire:staged-1ke6p4ym0b35fy.both','expire','staged-1ke6p4ym0b35fy','both','staged-1ke6p4ym0b35fy.both',1767776400000000);
INSERT INTO "wait" VALUES('effect:revocable-1ke6p4ym0gzfes.take_back','effect','revocable-1ke6p4ym0gzfes','take_back','revocable-1ke6p4ym0gzfes.take_back',1767607200000000);
INSERT INTO "wait" VALUES('expire:fails-1ke6p4ym0n75mp.read_sensor.1','expire','fails-1ke6p4ym0n75mp','read_sensor','fails-1ke6p4ym0n75mp.read_sensor.1',1767776400000000);
INSERT INTO "wait" VALUES('remind:fails-1ke6p4ym0n75mp.read_sensor.1','remind','fails-1ke6p4ym0n75mp','read_sensor','fails-1ke6p4ym0n75mp.read_sensor.1',1767618000000000);
INSERT INTO "wait" VALUES('retry:flaky-1ke6p4ym02fpw2:pay','retry','flaky-1ke6p4ym02fpw2','pay',NULL,1767604056856440);
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',45);
COMMIT;
