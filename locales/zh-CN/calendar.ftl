# 工作日历：导入、办理期限

calendar-no-source = 请写明数据出处，例如 source = "国务院办公厅2026年通知"
calendar-year = 年份写四位数字，从 { $from } 到 { $to }
calendar-date = { $year } 年没有这一天。月和日各写两位，例如 01-31
calendar-name = 请写明这一天属于哪个节日
calendar-both = 这一天既写成放假又写成上班。请只留一个
calendar-not-weekend = 这一天不是周六或周日，本来就上班。请改正日期或删去
calendar-no-holidays = 这一年只有调休上班，没有放假。请把放假的日子也写上
calendar-few-holidays = 这一年只有 { $count } 天放假，往年没有少于 { $least } 天的。请补全：导入会整年替换
calendar-empty = 文件里没有年份。请写 [holidays.2027]，下面每个放假日写一行，例如 01-01 = "元旦"
calendar-unchanged = 有 { $count } 处问题，日历没有改动
calendar-no-change = { $years }：与现有日历相同
calendar-would-import = { $years }：{ $moved ->
    [0] 没有期限会变
   *[other] 有 { $moved } 天会变成计入或不计入
}。日历没有改动
calendar-imported = 已导入 { $years }：{ $moved ->
    [0] 没有期限变动
   *[other] 有 { $moved } 天变成计入或不计入
}
calendar-unknown-year = 没有 { $year } 年的日历（现有：{ $known }）。国务院通知公布后请导入
calendar-assumed = 没有 { $years } 年的日历：只按周一到周五计算，遇节假日期限可能变动
calendar-year-summary = { $year } 年：{ $days } 个工作日，出处：{ $source }
calendar-due = 期限是 { $date }
calendar-stands-still = 计时暂停，还剩 { $left } 个工作日
calendar-day-weekday = 工作日
calendar-day-make-up = 调休上班（{ $name }）
calendar-day-weekend = 周末
calendar-day-holiday = 放假：{ $name }
calendar-day-assumed-weekday = 没有当年日历：按工作日计
calendar-day-assumed-weekend = 没有当年日历：按周末计
calendar-day-calendar = 自然日
calendar-day-start = 起算之日，不计入
calendar-day-paused = 计时暂停：{ $name }
