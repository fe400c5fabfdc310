//! Surnames by how they are read, the more frequent first, and characters usual in given names.

/// Surnames with the letters of their reading. Where a character has several readings this is the
/// one that it has as a surname (单 `shan`, 仇 `qiu`, 解 `xie`, 查 `zha`).
const SURNAMES: &[(&str, &str)] = &[
    ("wang", "王汪"),
    ("li", "李黎厉"),
    ("zhang", "张章"),
    ("liu", "刘柳"),
    ("chen", "陈谌"),
    ("yang", "杨阳"),
    ("zhao", "赵"),
    ("huang", "黄"),
    ("zhou", "周"),
    ("wu", "吴武伍邬巫"),
    ("xu", "徐许"),
    ("sun", "孙"),
    ("hu", "胡"),
    ("zhu", "朱祝"),
    ("gao", "高"),
    ("lin", "林蔺"),
    ("he", "何贺和"),
    ("guo", "郭"),
    ("ma", "马"),
    ("luo", "罗骆"),
    ("liang", "梁"),
    ("song", "宋"),
    ("zheng", "郑"),
    ("xie", "谢解"),
    ("han", "韩"),
    ("tang", "唐汤"),
    ("feng", "冯封"),
    ("yu", "于余俞喻虞"),
    ("dong", "董"),
    ("xiao", "萧肖"),
    ("cheng", "程成"),
    ("cao", "曹"),
    ("yuan", "袁苑"),
    ("deng", "邓"),
    ("fu", "傅付符"),
    ("shen", "沈申"),
    ("zeng", "曾"),
    ("peng", "彭"),
    ("lv", "吕"),
    ("su", "苏"),
    ("lu", "卢陆鲁路"),
    ("jiang", "蒋姜江"),
    ("cai", "蔡"),
    ("jia", "贾"),
    ("ding", "丁"),
    ("wei", "魏韦卫"),
    ("xue", "薛"),
    ("ye", "叶"),
    ("yan", "阎严颜闫燕"),
    ("pan", "潘"),
    ("du", "杜"),
    ("dai", "戴"),
    ("xia", "夏"),
    ("zhong", "钟仲"),
    ("tian", "田"),
    ("ren", "任"),
    ("fan", "范樊"),
    ("fang", "方房"),
    ("shi", "石史施时"),
    ("yao", "姚"),
    ("tan", "谭谈"),
    ("liao", "廖"),
    ("zou", "邹"),
    ("xiong", "熊"),
    ("jin", "金靳"),
    ("hao", "郝"),
    ("kong", "孔"),
    ("bai", "白柏"),
    ("cui", "崔"),
    ("kang", "康"),
    ("mao", "毛茅"),
    ("qiu", "邱仇丘"),
    ("qin", "秦覃"),
    ("gu", "顾古谷"),
    ("hou", "侯"),
    ("shao", "邵"),
    ("meng", "孟蒙"),
    ("long", "龙"),
    ("wan", "万"),
    ("duan", "段"),
    ("lei", "雷"),
    ("qian", "钱"),
    ("yin", "尹殷"),
    ("chang", "常"),
    ("qiao", "乔"),
    ("lai", "赖"),
    ("gong", "龚宫公"),
    ("wen", "文温闻"),
    ("pang", "庞"),
    ("lan", "兰蓝"),
    ("tao", "陶"),
    ("hong", "洪"),
    ("zhai", "翟"),
    ("an", "安"),
    ("ni", "倪"),
    ("niu", "牛"),
    ("ji", "季纪吉"),
    ("ge", "葛"),
    ("you", "游尤"),
    ("bi", "毕"),
    ("nie", "聂"),
    ("zhan", "詹"),
    ("mo", "莫"),
    ("zuo", "左"),
    ("geng", "耿"),
    ("guan", "关管"),
    ("ou", "欧区"),
    ("jiao", "焦"),
    ("mei", "梅"),
    ("xin", "辛"),
    ("shan", "单"),
    ("zha", "查"),
    ("tong", "童佟"),
    ("ning", "宁甯"),
    ("miao", "苗缪"),
    ("chu", "褚楚"),
    ("qu", "瞿曲屈"),
    ("kuang", "邝匡"),
    ("ouyang", "欧阳"),
    ("sima", "司马"),
    ("shangguan", "上官"),
    ("zhuge", "诸葛"),
    ("dongfang", "东方"),
    ("huangfu", "皇甫"),
    ("murong", "慕容"),
    ("linghu", "令狐"),
    ("situ", "司徒"),
    ("zhangsun", "长孙"),
    ("yuwen", "宇文"),
    ("xiahou", "夏侯"),
];

/// The surnames read as `letters`.
pub(super) fn read_as(letters: &[u8]) -> impl Iterator<Item = &'static str> {
    let found = SURNAMES.iter().find(|(reading, _)| reading.as_bytes() == letters);
    let (reading, written) = found.copied().unwrap_or_default();
    // Two characters are two surnames, unless they are read as two syllables.
    let is_compound = COMPOUND.contains(&reading);
    let one = is_compound.then_some(written);
    let several = (!is_compound).then(|| written.split("").filter(|part| !part.is_empty()));
    one.into_iter().chain(several.into_iter().flatten())
}

/// Whether a character is usual in given names: such ones are likelier after a surname.
pub(super) fn is_usual_given(character: char) -> bool {
    GIVEN.contains(character)
}

const GIVEN: &str = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国文辉玲红梅玉鑫宇浩然子轩涵雨欣怡佳婷雪倩琳琪瑶\
    晨阳博睿志斌波鹏飞龙凤春燕丹萍慧莉颖洁琴云莲真环荣爱妹香月莺媛瑞凡嘉琼勤珍贞莎锦黛青婉娴瑾露蓉眉君薇菁梦岚苑\
    筠柔竹霭凝晓欢枫芸菲寒伊亚宜可姬舒影荔枝思毅俊峰保东山仁义兴良海福生元全胜学祥才发武新利清彬富顺信昌成\
    康星光天达安岩中茂进林有坚和彪诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江亮政谦亨奇固之轮翰朗\
    伯宏言若鸣朋梁栋维启克伦翔旭士以致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘修璐珊珠瑜梓沐宸泽";

/// The readings above that are surnames of two characters.
const COMPOUND: &[&str] = &[
    "ouyang",
    "sima",
    "shangguan",
    "zhuge",
    "dongfang",
    "huangfu",
    "murong",
    "linghu",
    "situ",
    "zhangsun",
    "yuwen",
    "xiahou",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_names_have_their_characters() {
        assert!("华伟秀英".chars().all(is_usual_given));
        assert!(!is_usual_given('话') && !is_usual_given(' '));
    }

    #[test]
    fn surnames_of_one_and_of_two_characters() {
        assert_eq!(read_as(b"li").collect::<Vec<_>>(), ["李", "黎", "厉"]);
        assert_eq!(read_as(b"ouyang").collect::<Vec<_>>(), ["欧阳"]);
        assert_eq!(read_as(b"").count() + read_as(b"xyz").count(), 0);
    }
}
