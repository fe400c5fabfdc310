// The first page of the terminal in Qt Quick: as many words and buttons, one that turns all of them into another language.
import QtQuick
import QtQuick.Window

Window {
    id: page
    visible: true
    width: 1080
    height: 1920
    flags: Qt.FramelessWindowHint
    color: "#f4f4f9"
    property bool english: true
    property var words: english
        ? ["Bianmin", "Hello! What can we do for you?", "What do you need?", "中文", "Find a service", "Check status",
            "Life events", "Help", "Household and ID", "Social insurance", "Medical insurance", "Housing fund",
            "Work and start-ups", "Civil affairs and relief", "Older people", "Disability services",
            "Birth and education", "Property and housing", "Open a business", "Driving and transport"]
        : ["便民服务", "您好！请问要办什么？", "请输入要办的事", "EN", "我要办事", "办理进度", "人生大事", "使用帮助", "户籍身份证",
            "社会保险", "医疗保险", "住房公积金", "就业创业", "民政救助", "老年人服务", "残疾人服务", "生育教育", "不动产住房", "开办企业", "驾驶交通"]
    FontLoader { id: regular; source: fonts + "/NotoSansSC-Regular.ttf" }
    FontLoader { id: bold; source: fonts + "/NotoSansSC-Bold.ttf" }

    component Key: Rectangle {
        property alias text: label.text
        property alias weight: label.font.weight
        signal pressed()
        width: 490
        height: 110
        radius: 20
        border { width: 2; color: "#d9dce6" }
        color: area.pressed ? "#e6effb" : "#ffffff"
        Text { id: label; anchors.centerIn: parent; font.family: regular.name; font.pixelSize: 36; color: "#101828" }
        MouseArea { id: area; anchors.fill: parent; onClicked: parent.pressed() }
    }
    Rectangle {
        width: 1080; height: 112; color: "#083d7c"
        Text { x: 40; y: 30; text: page.words[0]; color: "#ffffff"; font.family: regular.name; font.pixelSize: 36 }
    }
    Text { x: 40; y: 140; text: page.words[1]; font.family: bold.name; font.weight: Font.Bold; font.pixelSize: 60; color: "#101828" }
    Key { x: 40; y: 240; width: 1000; text: page.words[2] }
    Repeater {
        model: 16
        Key {
            required property int index
            x: 40 + (index % 2) * 510
            y: index < 4 ? 370 + Math.floor(index / 2) * 180 : 740 + Math.floor((index - 4) / 2) * 126
            height: index < 4 ? 160 : 110
            weight: index < 4 ? Font.Bold : Font.Normal
            text: page.words[4 + index]
        }
    }
    Rectangle {
        y: 1770; width: 1080; height: 150; color: "#ffffff"
        Key { x: 910; y: 20; width: 130; text: page.words[3]; onPressed: page.english = !page.english }
    }
}
