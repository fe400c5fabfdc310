//! Large catalogues for tests of scale: as many items as wanted, with names and guides like real ones, the same
//! for the same seed. Marked as demonstration data like the catalogue that they are patterned on.

use serde_json::{Value, json};
use std::io::{self, Write};

const PATTERN: &str = include_str!("../../../../assets/catalogue/demo.json");

const WHO: [&str; 24] = [
    "",
    "个体工商户",
    "企业",
    "社会团体",
    "民办非企业单位",
    "农民专业合作社",
    "外商投资企业",
    "残疾人",
    "老年人",
    "退役军人",
    "高校毕业生",
    "灵活就业人员",
    "港澳台居民",
    "外国人",
    "未成年人",
    "低保家庭",
    "农村集体经济组织",
    "律师事务所",
    "医疗机构",
    "学校",
    "幼儿园",
    "养老机构",
    "物业服务企业",
    "失业人员",
];
const WHAT: [&str; 60] = [
    "食品经营许可",
    "药品零售许可",
    "卫生许可",
    "营业执照",
    "道路运输证",
    "机动车驾驶证",
    "居民身份证",
    "居民户口簿",
    "居住证",
    "社会保障卡",
    "养老保险关系",
    "医疗保险待遇",
    "生育津贴",
    "失业保险金",
    "工伤认定",
    "住房公积金",
    "公租房租赁补贴",
    "不动产权证书",
    "抵押登记",
    "建设工程规划许可",
    "施工许可",
    "消防安全检查",
    "排水许可",
    "取水许可",
    "林木采伐许可",
    "农药经营许可",
    "兽药经营许可",
    "种子生产经营许可",
    "动物防疫条件合格证",
    "渔业捕捞许可",
    "烟草专卖零售许可",
    "出版物经营许可",
    "营业性演出许可",
    "娱乐场所经营许可",
    "旅行社业务许可",
    "教师资格",
    "护士执业证书",
    "医师执业证书",
    "职业技能等级证书",
    "人力资源服务许可",
    "劳务派遣许可",
    "最低生活保障",
    "临时救助",
    "特困人员供养",
    "高龄津贴",
    "残疾人证",
    "残疾人两项补贴",
    "孤儿基本生活费",
    "收养登记",
    "婚姻登记档案",
    "殡葬补贴",
    "慈善组织认定",
    "法律援助",
    "公证信息",
    "出入境证件",
    "港澳通行证",
    "电动自行车登记",
    "校车使用许可",
    "危险化学品经营许可",
    "特种设备使用登记",
];
const ACT: [&str; 14] = [
    "办理",
    "申请",
    "变更",
    "延续",
    "补发",
    "换发",
    "注销",
    "年度核验",
    "信息查询",
    "转移接续",
    "备案",
    "登记",
    "资格认定",
    "待遇核定",
];
const DETAIL: [&str; 16] = [
    "",
    "（名称）",
    "（地址）",
    "（法定代表人）",
    "（首次）",
    "（到期）",
    "（遗失）",
    "（损毁）",
    "（市内）",
    "（跨省）",
    "（线上）",
    "（委托他人）",
    "（简易程序）",
    "（告知承诺）",
    "（联合办理）",
    "（上门服务）",
];

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The file cannot be written.
    #[error("cannot write the catalogue: {0}")]
    Write(#[from] io::Error),
    /// The pattern is unusable: a fault of this program.
    #[error("the pattern cannot be read: {0}")]
    Pattern(#[from] serde_json::Error),
}

/// Writes a catalogue of `count` items as JSON, item by item, so that memory does not grow with it.
///
/// # Errors
/// The file cannot be written.
pub fn generate(count: u32, seed: u64, mut out: impl Write) -> Result<(), GenerateError> {
    let mut pattern: Value = serde_json::from_str(PATTERN)?;
    let items = pattern["items"].take();
    let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
    write!(out, "{{\"notice\":{}", pattern["notice"])?;
    for list in ["themes", "fields"] {
        write!(out, ",\n\"{list}\":{}", pattern[list])?;
    }
    write!(out, ",\n\"life_events\":[],\n\"items\":[")?;
    let mut random = Random(seed);
    for index in 0..count {
        let separator = if index == 0 { "\n" } else { ",\n" };
        let item = &items[index as usize % items.len().max(1)];
        write!(out, "{separator}{}", vary(item, index, &mut random))?;
    }
    writeln!(out, "\n]}}")?;
    Ok(out.flush()?)
}

fn vary(pattern: &Value, index: u32, random: &mut Random) -> Value {
    let mut item = pattern.clone();
    let catalog = format!("9990{:08}", index + 1);
    let department = item["dept_code"].as_str().unwrap_or_default().to_owned();
    let (what, act) = (random.pick(&WHAT), random.pick(&ACT));
    let name = format!("{}{what}{act}{}", random.pick(&WHO), random.pick(&DETAIL));
    item["local_catalog_code"] = format!("G{:06}", index + 1).into();
    item["task_code"] = format!("{department}4{catalog}").into();
    item["catalog_code"] = catalog.into();
    item["summary"] = format!("{name}，在终端就能申请").into();
    item["task_name_en"] = format!("Service item {}", index + 1).into();
    item["summary_en"] = format!("Example service item {}", index + 1).into();
    item["task_name"] = name.into();
    item["synonyms"] = json!([format!("办{what}"), format!("{what}怎么{act}")]);
    item["popularity"] = (random.next() % 100 + 1).into();
    item["promise_day"] = (random.next() % 20).into();
    item["plan_cancel_date"] = Value::Null;
    item
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[(self.next() % list.len() as u64) as usize]
    }
}
