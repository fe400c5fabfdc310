//! A catalogue as a city has it, and what residents type to find something in it: the same at every run.

use bianmin_terminal::search::Entry;

const AREAS: &[&str] = &[
    "城镇职工",
    "城乡居民",
    "灵活就业人员",
    "机关事业单位",
    "个体工商户",
    "企业",
    "残疾人",
    "老年人",
    "未成年人",
    "退役军人",
    "大学生",
    "外籍人员",
    "港澳台居民",
    "随迁子女",
    "农民工",
    "",
    "",
    "",
];
const SUBJECTS: &[(&str, &str, &str)] = &[
    ("基本养老保险", "pension insurance", "养老金"),
    ("基本医疗保险", "medical insurance", "医保"),
    ("失业保险金", "unemployment benefit", "失业金"),
    ("工伤保险待遇", "work injury benefit", "工伤赔偿"),
    ("生育津贴", "maternity allowance", "产假工资"),
    ("住房公积金", "housing fund", "公积金"),
    ("居民身份证", "resident ID card", "身份证"),
    ("居住证", "residence permit", "暂住证"),
    ("户口簿", "household register", "户口本"),
    ("社会保障卡", "social security card", "社保卡"),
    ("不动产权证书", "property certificate", "房产证"),
    ("食品经营许可证", "food business licence", "开饭店"),
    ("公共场所卫生许可", "public health permit", "卫生证"),
    ("机动车驾驶证", "driving licence", "驾照"),
    ("机动车行驶证", "vehicle licence", "行驶本"),
    ("道路运输经营许可", "road transport permit", "营运证"),
    ("最低生活保障", "minimum living allowance", "低保"),
    ("残疾人证", "disability certificate", "残疾证"),
    ("老年人优待证", "senior card", "老年证"),
    ("义务教育入学", "school admission", "上学报名"),
    ("结婚", "marriage", "领证"),
    ("建设工程规划许可", "planning permit", "规划证"),
    ("建筑工程施工许可", "construction permit", "施工证"),
    ("取水许可", "water abstraction permit", "打井"),
    ("林木采伐许可", "felling permit", "砍树"),
    ("医疗机构执业许可", "clinic licence", "开诊所"),
    ("护士执业", "nurse registration", "护士证"),
    ("教师资格", "teacher qualification", "教师证"),
    ("ETC电子标签", "ETC tag", "ETC"),
    ("重庆银行账户", "bank account", "银行卡"),
];
const ACTIONS: &[(&str, &str, &str)] = &[
    ("申领", "application", "怎么办"),
    ("补领", "replacement", "丢了"),
    ("换领", "renewal", "到期"),
    ("变更登记", "change", "改信息"),
    ("注销登记", "cancellation", "不要了"),
    ("查询", "query", "查一查"),
    ("转移接续", "transfer", "转走"),
    ("缴费", "payment", "交钱"),
    ("待遇核定", "assessment", "能领多少"),
    ("资格认证", "verification", "认证"),
    ("信息变更", "update", "改名字"),
    ("遗失补办", "loss replacement", "补办"),
    ("延续", "extension", "续期"),
    ("备案", "filing", "登记"),
];
const PLACES: &[&str] =
    &["", "（新办）", "（跨省通办）", "（市级）", "（区级）", "（街道）", "（村级）", "（代办）"];

/// Numbers that look random and are the same at every run.
pub struct Random(pub u64);

impl Random {
    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % end as u64) as usize
    }
}

/// The names of `count` service items.
pub fn entries(count: usize) -> Vec<Entry> {
    let mut random = Random(1);
    (0..count)
        .map(|at| {
            let area = AREAS[random.below(AREAS.len())];
            let (subject, english, common) = SUBJECTS[random.below(SUBJECTS.len())];
            let (action, english_action, said) = ACTIONS[random.below(ACTIONS.len())];
            let place = PLACES[random.below(PLACES.len())];
            // A catalogue of a city has its own words in about every second name.
            let own = if at % 2 == 0 { own_word(&mut random) } else { String::new() };
            Entry {
                name: format!("{area}{own}{subject}{action}{place}"),
                name_en: format!("{english} {english_action}"),
                synonyms: vec![
                    format!("{common}{said}"),
                    format!("{area}{common}"),
                    format!("{said}{own}{common}"),
                ],
                readings: if at % 50 == 0 { vec![("重庆".into(), "chong qing".into())] } else { vec![] },
                popularity: random.below(1_000) as u32,
            }
        })
        .collect()
}

fn own_word(random: &mut Random) -> String {
    (0..2 + random.below(2))
        .filter_map(|_| char::from_u32(0x4E00 + (random.below(1_200) * 17) as u32))
        .collect()
}

/// The syllables of a text, as the table has them first.
pub fn spelt(text: &str) -> Vec<&'static str> {
    use pinyin::ToPinyin;
    text.to_pinyin().flatten().map(pinyin::Pinyin::plain).filter(|s| s.is_ascii()).collect()
}

/// 400 queries of each kind.
pub fn queries(entries: &[Entry]) -> Vec<(&'static str, Vec<String>)> {
    let mut random = Random(7);
    let mut kinds: Vec<(&'static str, Vec<String>)> = Vec::new();
    let mut pick = |make: &mut dyn FnMut(&Entry, &mut Random) -> String| -> Vec<String> {
        (0..400)
            .map(|_| {
                let at = random.below(entries.len());
                make(&entries[at], &mut random)
            })
            .filter(|q| !q.is_empty())
            .collect()
    };
    let part = |text: &str, random: &mut Random, most: usize| -> String {
        let characters: Vec<char> = text.chars().collect();
        let from = random.below(characters.len());
        characters[from..].iter().take(1 + random.below(most)).collect()
    };
    kinds.push(("characters", pick(&mut |e, d| part(&e.name, d, 6))));
    kinds.push(("whole names", pick(&mut |e, _| e.name.clone())));
    kinds.push((
        "full pinyin",
        pick(&mut |e, d| {
            let text = spelt(&part(&e.name, d, 6)).concat();
            let keep = 1 + d.below(text.len().max(1));
            text.chars().take(keep).collect()
        }),
    ));
    kinds.push(("initials", pick(&mut |e, d| spelt(&part(&e.name, d, 6)).iter().map(|s| &s[..1]).collect())));
    kinds.push((
        "mixed",
        pick(&mut |e, d| {
            part(&e.name, d, 6)
                .chars()
                .map(|c| {
                    let read = spelt(&c.to_string()).concat();
                    match d.below(3) {
                        0 => c.to_string(),
                        1 => read.chars().take(1).collect(),
                        _ => read,
                    }
                })
                .collect()
        }),
    ));
    kinds.push((
        "synonyms",
        pick(&mut |e, d| {
            let at = d.below(3);
            e.synonyms[at].clone()
        }),
    ));
    kinds.push((
        "free order",
        pick(&mut |e, d| format!("{}{}", part(&e.synonyms[0], d, 3), part(&e.name, d, 4))),
    ));
    kinds.push(("two words", pick(&mut |e, d| format!("{} {}", part(&e.name, d, 3), part(&e.name, d, 3)))));
    kinds.push(("questions", pick(&mut |e, _| format!("我的{}怎么办", e.synonyms[0]))));
    kinds.push(("english", pick(&mut |e, d| e.name_en.chars().take(1 + d.below(12)).collect())));
    kinds.push((
        "nonsense",
        pick(&mut |_, d| (0..1 + d.below(8)).map(|_| char::from(b'a' + d.below(26) as u8)).collect()),
    ));
    kinds
}
