//! A receipt as a resident gets it. All of it is demonstration data.

use bianmin_document::{Block, Document, Row, Step};

pub const NUMBER: &str = "HP07-261121-0036-85";
pub const LIMIT: &str = "办理时限从大厅收到申请时起算，不从本回执打印时起算。";

/// A link with a signed token of about 330 bytes.
pub fn link() -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut state = 0x2545_f491_u32;
    let mut token = String::new();
    for _ in 0..292 {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        token.push(char::from(alphabet[state as usize % alphabet.len()]));
    }
    format!("https://bianmin.example.cn/r#{token}")
}

pub fn receipt() -> Document {
    Document::new("zh-CN")
        .with(Block::Mark)
        .with(Block::title("申请登记回执"))
        .with(Block::subtitle("和平社区便民服务中心 · 07 号终端"))
        .with(Block::Rule)
        .with(Block::big_number("登记号", NUMBER))
        .with(Block::Rows {
            rows: vec![
                Row::strong("事项", "城乡居民基本养老保险参保登记"),
                Row::new("申请人", "张*"),
                Row::new("登记时间", "2026年11月21日 10:31"),
            ],
        })
        .with(Block::Notice { title: None, text: LIMIT.into() })
        .with(Block::heading("接下来"))
        .with(Block::Steps {
            steps: vec![
                Step::new("送到大厅", "现在网络中断，恢复后自动上传").chip("等待网络"),
                Step::new("大厅收到，开始计时", "承诺 3 个工作日办结（法定 10 个工作日）"),
                Step::new("补交材料", "户口簿复印件，12月5日前交到任一窗口或手机上传").chip("容缺"),
                Step::new("领取结果", "社区窗口领取，或免费邮寄"),
            ],
        })
        .with(Block::heading("补交时请带"))
        .with(Block::Bullets {
            items: vec!["户口簿复印件（首页和本人页）".into(), "本回执，或登记号".into()],
        })
        .with(Block::Rule)
        .with(Block::qr(link(), "手机扫码查进度"))
        .with(Block::Rule)
        .with(Block::Rows {
            rows: vec![
                Row::new("咨询", "和平社区便民服务中心 2 号窗口"),
                Row::new("电话", "010-00000000（工作日 9:00–17:00）"),
            ],
        })
        .with(Block::footer("本回执证明申请已在终端登记，不是受理通知书。示例数据"))
}
