//! Queries of residents against a small catalogue: what they must find, and what comes first.

use std::sync::OnceLock;

use super::{Entry, MatchClass, SearchIndex};

/// (name, English name, synonyms, popularity)
type Sample = (&'static str, &'static str, &'static [&'static str], u32);

const SAMPLES: &[Sample] = &[
    ("居民身份证申领", "Resident ID card: first issue", &["办身份证", "新办身份证"], 78),
    ("居民身份证补领", "Resident ID card: replacement", &["身份证丢了", "挂失身份证"], 100),
    ("居民身份证换领", "Resident ID card: renewal", &["身份证到期", "换身份证"], 92),
    ("临时居民身份证申领", "Temporary ID card", &["急用身份证"], 60),
    ("出生登记", "Birth registration", &["上户口", "新生儿落户"], 88),
    ("户口迁移", "Moving a household registration", &["迁户口"], 70),
    ("居住证申领", "Residence permit: application", &["暂住证", "外地人办证"], 79),
    ("居住证签注", "Residence permit: endorsement", &["居住证续签"], 64),
    ("灵活就业人员参保登记", "Social insurance for the self-employed", &["自己交社保"], 86),
    ("城乡居民基本养老保险参保登记", "Residents' pension insurance", &["新农保"], 72),
    ("社会保障卡申领", "Social security card: first issue", &["办社保卡"], 80),
    ("社会保障卡补领", "Social security card: replacement", &["社保卡丢了"], 76),
    ("生育津贴申领", "Maternity allowance", &["产假工资"], 75),
    ("住房公积金提取（购房）", "Housing fund: withdrawal to buy", &["公积金提取", "买房取公积金"], 85),
    ("住房公积金提取（租房）", "Housing fund: withdrawal to rent", &["租房取公积金"], 83),
    ("住房公积金贷款", "Housing fund: loan", &["公积金贷款", "买房贷款"], 81),
    ("失业登记", "Registering as unemployed", &["没工作了登记"], 82),
    ("失业保险金申领", "Unemployment benefit", &["失业金"], 91),
    ("最低生活保障申请", "Minimum living allowance", &["低保"], 87),
    ("老年人优待证办理", "Senior citizen card", &["老年证"], 71),
    ("高龄津贴申领", "Allowance for the very old", &["长者津贴"], 76),
    ("不动产转移登记", "Transfer of property", &["二手房过户"], 87),
    ("机动车驾驶证补领", "Driving licence: replacement", &["驾照丢了"], 83),
    ("机动车行驶证补领", "Vehicle licence: replacement", &["行驶证丢了"], 71),
    ("个体工商户设立登记", "Sole trader: registration", &["办营业执照", "开店"], 94),
    ("食品经营许可", "Food business licence", &["食品证"], 85),
    ("重庆银行社保卡激活", "Activating a social security card", &[], 30),
    ("ETC电子标签注销", "ETC tag: cancellation", &["高速通行"], 20),
    ("６５岁以上老人免费乘车卡", "Bus card at 65", &["老年公交卡"], 74),
    ("绿化工程女职工登记", "Register of women workers", &[], 5),
    ("六安市公租房申请", "Public rental housing", &["廉租房"], 77),
];

fn index() -> &'static SearchIndex {
    static INDEX: OnceLock<SearchIndex> = OnceLock::new();
    INDEX.get_or_init(|| {
        SearchIndex::build(SAMPLES.iter().map(|(name, name_en, synonyms, popularity)| Entry {
            name: (*name).into(),
            name_en: (*name_en).into(),
            synonyms: synonyms.iter().map(|text| (*text).into()).collect(),
            readings: if name.starts_with("六安") {
                vec![("六安".into(), "lu an".into())]
            } else {
                vec![]
            },
            popularity: *popularity,
        }))
    })
}

/// What a query finds, in order.
fn names(query: &str) -> Vec<&'static str> {
    let hits = index().search(query, 20);
    hits.ranked.iter().map(|hit| SAMPLES[hit.position].0).collect()
}

#[test]
fn what_residents_type_leads_to_the_right_item() {
    for (query, first) in [
        // Characters.
        ("身", "居民身份证补领"),
        ("身份证", "居民身份证补领"),
        ("居民身份证换", "居民身份证换领"),
        ("津贴", "高龄津贴申领"),
        ("驾驶证", "机动车驾驶证补领"),
        ("公积金", "住房公积金提取（购房）"),
        ("居住证", "居住证申领"),
        ("最低", "最低生活保障申请"),
        // Full pinyin, as far as typed.
        ("juminshenfenzhengbuling", "居民身份证补领"),
        ("shenfenzheng", "居民身份证补领"),
        ("shenfenz", "居民身份证补领"),
        ("juzhuzheng", "居住证申领"),
        ("shengyujintie", "生育津贴申领"),
        ("gongjijin", "住房公积金提取（购房）"),
        ("shiye", "失业保险金申领"),
        ("shiyedengji", "失业登记"),
        ("zuidi", "最低生活保障申请"),
        // Initials.
        ("sfz", "居民身份证补领"),
        ("jmsfzhl", "居民身份证换领"),
        ("gjj", "住房公积金提取（购房）"),
        ("jzz", "居住证申领"),
        ("sydj", "失业登记"),
        ("zdshbz", "最低生活保障申请"),
        ("hkqy", "户口迁移"),
        ("shbzhk", "社会保障卡申领"),
        // Mixtures.
        ("身fen证", "居民身份证补领"),
        ("身fz", "居民身份证补领"),
        ("sfen证", "居民身份证补领"),
        ("公ji金", "住房公积金提取（购房）"),
        ("gongjj", "住房公积金提取（购房）"),
        ("s份zheng换", "居民身份证换领"),
        ("生yujt", "生育津贴申领"),
        // Polyphones, by every reading and by those the catalogue teaches.
        ("chongqing", "重庆银行社保卡激活"),
        ("zhongqing", "重庆银行社保卡激活"),
        ("cqyh", "重庆银行社保卡激活"),
        ("yinhang", "重庆银行社保卡激活"),
        ("xingshizheng", "机动车行驶证补领"),
        ("luan", "六安市公租房申请"),
        ("liuan", "六安市公租房申请"),
        ("lvhua", "绿化工程女职工登记"),
        ("luhua", "绿化工程女职工登记"),
        ("nvzhigong", "绿化工程女职工登记"),
        ("LÜ", "绿化工程女职工登记"),
        // Synonyms, in any order of their parts, and questions.
        ("身份证丢了", "居民身份证补领"),
        ("低保", "最低生活保障申请"),
        ("暂住证", "居住证申领"),
        ("dibao", "最低生活保障申请"),
        ("产假", "生育津贴申领"),
        ("开店", "个体工商户设立登记"),
        ("驾照", "机动车驾驶证补领"),
        ("补领身份证", "居民身份证补领"),
        ("身份证 补", "居民身份证补领"),
        ("提取公积金租房", "住房公积金提取（租房）"),
        ("贷款，公积金", "住房公积金贷款"),
        ("shenfenzheng buling", "居民身份证补领"),
        ("bulingshenfenzheng", "居民身份证补领"),
        ("我的身份证丢了怎么办", "居民身份证补领"),
        ("请问失业金怎么办理", "失业保险金申领"),
        ("我想办老年证", "老年人优待证办理"),
        ("身份证被水泡坏", "居民身份证补领"),
        // English, and letters and digits in names.
        ("resident id", "居民身份证补领"),
        ("replacement", "居民身份证补领"),
        ("Driv", "机动车驾驶证补领"),
        ("card social", "社会保障卡申领"),
        ("etc", "ETC电子标签注销"),
        ("ＥＴＣ", "ETC电子标签注销"),
        ("etc电子", "ETC电子标签注销"),
        ("65岁", "６５岁以上老人免费乘车卡"),
        ("residents'", "城乡居民基本养老保险参保登记"),
        ("how to rent", "住房公积金提取（租房）"),
        // Spaces, case, and all kinds of marks.
        ("  Shen Fen　Zheng ", "居民身份证补领"),
        ("提取（购房）", "住房公积金提取（购房）"),
        ("提取(购", "住房公积金提取（购房）"),
        ("ＳＦＺ", "居民身份证补领"),
        ("「居住证」", "居住证申领"),
        ("xing'shi", "机动车行驶证补领"),
    ] {
        let found = names(query);
        assert_eq!(found.first(), Some(&first), "{query} finds {found:?}");
    }
}

#[test]
fn better_matches_come_before_more_popular_ones() {
    let classes = |query: &str| -> Vec<MatchClass> {
        index().search(query, 20).ranked.iter().map(|hit| hit.class).collect()
    };
    assert_eq!(classes("失业登记")[0], MatchClass::Exact);
    assert_eq!(classes("sydj")[0], MatchClass::Exact);
    assert_eq!(classes("dibao")[0], MatchClass::Alias);
    assert_eq!(classes("失业"), [MatchClass::Prefix, MatchClass::Prefix]);
    assert_eq!(classes("rent")[0], MatchClass::English);
    assert_eq!(classes("租房公积金")[0], MatchClass::Fragments);
    assert_eq!(classes("身份证被水泡坏")[0], MatchClass::Partial);
    for query in ["s", "sh", "居", "证", "申领", "j", "a", "公积金 提"] {
        assert!(classes(query).is_sorted(), "{query}");
    }
}

#[test]
fn an_empty_query_lists_everything_by_popularity() {
    for query in ["", "  ", "，。"] {
        let hits = index().search(query, usize::MAX);
        assert_eq!(hits.total, SAMPLES.len());
        let popularity: Vec<u32> = hits.ranked.iter().map(|hit| SAMPLES[hit.position].3).collect();
        assert_eq!(popularity.len(), SAMPLES.len());
        assert!(popularity.is_sorted_by(|one, other| one >= other));
    }
    assert_eq!(names("")[..2], ["居民身份证补领", "个体工商户设立登记"]);
    assert_eq!(SearchIndex::build([]).search("", 5).total, 0);
}

#[test]
fn the_total_counts_what_the_limit_cuts_off() {
    let hits = index().search("补领", 2);
    assert_eq!((hits.total, hits.ranked.len()), (4, 2));
    assert_eq!(index().search("补领", 0).total, 4);
    assert_eq!(index().search("s", 3).total, index().search("s", 30).total);
}

#[test]
fn what_is_read_alike_and_near_sounds_are_found() {
    for (query, first) in [
        ("身分证", "居民身份证补领"),
        ("shenfengzheng", "居民身份证补领"),
        ("senfenzheng", "居民身份证补领"),
        ("gongjijing", "住房公积金提取（购房）"),
        ("juzuzeng", "居住证申领"),
        ("公鸡金", "住房公积金提取（购房）"),
    ] {
        let hits = index().search_alike(query, 20);
        let found: Vec<&str> = hits.ranked.iter().map(|hit| SAMPLES[hit.position].0).collect();
        assert_eq!(found.first(), Some(&first), "{query} finds {found:?}");
    }
    for query in ["", "身份证", "身份证被水泡坏", "sfz"] {
        assert_eq!(index().search_alike(query, 20), index().search(query, 20), "{query}");
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    for query in ["龘龘", "vvvv", "qqqq", "9999"] {
        assert_eq!(names(query), [""; 0], "{query}");
    }
}
