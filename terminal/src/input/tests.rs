//! What residents type, and what they get.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::reading;

fn input() -> &'static PinyinInput {
    static INPUT: OnceLock<PinyinInput> = OnceLock::new();
    INPUT.get_or_init(|| {
        let texts = [
            "居民身份证补领",
            "身份证丢了",
            "公积金提取",
            "公积金",
            "居住证申领",
            "生育津贴",
            "不动产登记",
            "社会保障卡",
        ];
        PinyinInput::new(catalogue_words(texts, [("公积金", "gong ji jin")]).into_iter(), |_| true)
    })
}

fn typing(letters: &str) -> Composition {
    let mut composition = input().compose(8);
    for letter in letters.chars() {
        assert!(composition.type_key(letter), "{letter} of {letters}");
    }
    composition
}

fn first(letters: &str) -> String {
    typing(letters).candidates()[0].text.clone()
}

#[test]
fn service_words_come_first_by_full_pinyin_and_by_initials() {
    for (letters, word) in [
        ("shenfenzheng", "身份证"),
        ("sfz", "身份证"),
        ("gjj", "公积金"),
        ("gongjj", "公积金"),
        ("gjjtq", "公积金提取"),
        ("shengyujintie", "生育津贴"),
        ("shenqingjuzhuzheng", "申请居住证"),
        ("juzhuz", "居住证"),
        ("bdcdj", "不动产登记"),
    ] {
        assert_eq!(first(letters), word, "{letters}");
    }
}

#[test]
fn common_words_and_places_are_there() {
    for (letters, word) in [
        ("jiansheyinhang", "建设银行"),
        ("nihao", "你好"),
        ("zhangsan", "张三"),
        ("wo", "我"),
        ("lvshi", "律师"),
        ("nver", "女儿"),
        ("chongqing", "重庆"),
        ("beijing", "北京"),
        ("lihua", "李华"),
        ("ouyangming", "欧阳明"),
        ("beijingshichaoyangqu", "北京市朝阳区"),
        ("zh", "这"),
        ("shi", "是"),
    ] {
        let candidates = typing(letters);
        let shown: Vec<&str> = candidates.page().iter().map(|c| c.text.as_str()).collect();
        assert!(shown.contains(&word), "{letters} gives {shown:?}");
    }
}

#[test]
fn the_two_syllables_with_umlaut_and_e_are_typed_with_u_and_v() {
    for (letters, word) in [("lue", "略"), ("lve", "略"), ("nue", "虐"), ("nve", "虐")] {
        assert_eq!(first(letters), word, "{letters}");
    }
}

#[test]
fn names_come_first_where_a_name_is_asked_for() {
    for (letters, name) in
        [("zhangsan", "张三"), ("zhang", "张"), ("ouyangming", "欧阳明"), ("lihua", "李华")]
    {
        let mut composition = input().compose(8).of_name();
        assert!(letters.chars().all(|letter| composition.type_key(letter)));
        assert_eq!(composition.candidates()[0].text, name, "{letters}");
    }
}

#[test]
fn nothing_is_offered_that_cannot_be_shown() {
    let poor = PinyinInput::new(std::iter::empty(), |character| character != '略' && character != '张');
    for letters in ["lue", "zhangsan", "zhang"] {
        let mut composition = poor.compose(8).of_name();
        assert!(letters.chars().all(|letter| composition.type_key(letter)));
        let mut offered = composition.candidates().iter();
        assert!(composition.candidates().len() > 3, "{letters}");
        assert!(offered.all(|one| !one.text.contains(['略', '张'])), "{letters}");
    }
}

#[test]
fn rare_characters_of_names_are_reached_by_their_syllable() {
    for (letters, character) in [
        ("yan", '龑'),
        ("yan", '䶮'),
        ("zhe", '喆'),
        ("chong", '翀'),
        ("yi", '燚'),
        ("ning", '甯'),
        ("yu", '彧'),
        ("xin", '鑫'),
        ("n", '嗯'),
        ("lue", '略'),
        ("nv", '女'),
        ("biang", '𰻝'),
    ] {
        let found = typing(letters).candidates().iter().any(|c| c.text == character.to_string());
        assert!(found, "{character} by {letters}");
    }
}

#[test]
fn every_character_with_a_reading_can_be_entered() {
    let mut offered: std::collections::HashMap<String, std::collections::HashSet<String>> =
        std::collections::HashMap::new();
    for code in (0x3007..=0x3007).chain(0x3400..=0x4DBF).chain(0x4E00..=0x9FFF).chain(0x2_0000..0x3_2400) {
        let Some(character) = char::from_u32(code) else { continue };
        for syllable in reading::readings(character) {
            let letters = syllable.to_text();
            let all = offered
                .entry(letters.clone())
                .or_insert_with(|| typing(&letters).candidates().iter().map(|c| c.text.clone()).collect());
            assert!(all.contains(&character.to_string()), "{character} by {letters}");
        }
    }
    assert!(offered.len() > 400);
}

#[test]
fn a_name_is_built_character_by_character() {
    let mut composition = typing("jianshelu");
    assert_eq!(composition.segments(), "jian she lu");
    let mut entered = String::new();
    for character in ['建', '舍', '璐'] {
        let index = loop {
            let wanted = character.to_string();
            match composition.page().iter().position(|c| c.text == wanted) {
                Some(index) => break index,
                None => assert!(composition.page_next(), "{character} is not offered"),
            }
        };
        entered.push_str(&composition.choose(index).unwrap());
    }
    assert_eq!(entered, "建舍璐");
    assert!(composition.is_empty() && composition.page().is_empty());
}

#[test]
fn syllables_are_shown_apart() {
    for (letters, shown) in [
        ("xian", "xian"),
        ("xi'an", "xi an"),
        ("fangan", "fang an"),
        ("sfz", "s f z"),
        ("shenf", "shen f"),
        ("zhongguoren", "zhong guo ren"),
        ("lve", "lve"),
        ("zh", "zh"),
    ] {
        assert_eq!(typing(letters).segments(), shown);
    }
    assert_eq!(first("xi'an"), "西安");
}

#[test]
fn the_rest_of_the_buffer_stays_after_a_choice() {
    let mut composition = typing("shenfenzhengdiule");
    let all: Vec<&str> = composition.candidates().iter().map(|c| c.text.as_str()).collect();
    let at = all.iter().position(|text| *text == "身份证").unwrap();
    (0..at / 8).for_each(|_| assert!(composition.page_next()));
    assert_eq!(composition.choose(at % 8).as_deref(), Some("身份证"));
    assert_eq!(composition.buffer(), "diule");
    assert_eq!(composition.page_position().0, 0);
    assert_eq!(composition.commit_raw(), "diule");
    assert!(composition.is_empty() && !composition.backspace());
}

#[test]
fn backspace_takes_back_letter_by_letter() {
    let mut composition = typing("xi'an");
    let whole: Vec<Candidate> = composition.candidates().to_vec();
    assert!(composition.type_key('g') && composition.backspace());
    assert_eq!(composition.candidates(), whole);
    for left in ["xi'a", "xi'", "xi", "x", ""] {
        assert!(composition.backspace());
        assert_eq!(composition.buffer(), left.replace('\'', ""));
    }
    assert_eq!(first("xian"), "现");
}

#[test]
fn the_buffer_is_limited_and_other_keys_are_left_alone() {
    let mut composition = input().compose(0);
    for key in ['1', '中', ' ', '\n', '\''] {
        assert!(!composition.type_key(key));
    }
    for _ in 0..LONGEST_BUFFER {
        assert!(composition.type_key('A'));
    }
    assert!(!composition.type_key('a') && !composition.type_key('\''));
    assert_eq!(composition.page().len(), 1);
    assert_eq!(composition.choose(9), None);
}

#[test]
fn nothing_typed_is_shown_by_debug() {
    let composition = typing("zhangsan");
    let shown = format!("{composition:?} {:?}", composition.page());
    assert!(!shown.contains("zhang") && !shown.contains('张'));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_keys_in_any_order_are_harmless(
        keys in prop::collection::vec(prop_oneof![
            6 => prop::sample::select("aeiouvnghzsxj'".chars().collect::<Vec<_>>()).prop_map(Some),
            1 => any::<char>().prop_map(Some),
            1 => Just(None),
        ], 0..90),
        choices in prop::collection::vec(0..10_usize, 0..20),
    ) {
        let mut composition = input().compose(9);
        for key in keys {
            match key {
                Some(key) => composition.type_key(key),
                None => composition.backspace(),
            };
            let shown = composition.segments();
            prop_assert_eq!(shown.replace(' ', ""), composition.buffer());
            prop_assert!(composition.buffer().len() <= LONGEST_BUFFER);
        }
        for choice in choices {
            let before = composition.buffer().len();
            if choice == 9 { composition.page_next(); }
            if composition.choose(choice).is_some() {
                prop_assert!(composition.buffer().len() < before);
            }
        }
        composition.clear();
        prop_assert!(composition.is_empty() && composition.candidates().is_empty());
    }
}
