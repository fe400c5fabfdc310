#!/usr/bin/env bash
# The small pictures in docs/pictures/ that the READMEs show, made from the golden pictures of the tests, so that they
# never show anything else than what is tested. Look at each before committing it.
#
#   scripts/pictures.sh [PHONE_DIR]     PHONE_DIR has what the tests of the phone page keep with BIANMIN_PICTURES;
#                                       without it the phone's pictures stay as they are
set -euo pipefail
cd "$(dirname "$0")/.."

out=docs/pictures
phone=${1:-}
# What a reader of the front page has to load for each picture.
most_bytes=122880

# Screens stay as large as they are; fewer colours make them small.
shrink() { pngquant --force --strip --nofs --speed 1 --output "$2" 64 -- "$1"; }

# A slip is half as large as its dots, on paper with a margin.
shrink_slip() {
    pngtopam "$1" | pamdepth -quiet 255 | pamtopnm | pnmscale 0.5 |
        pnmpad -white -left 24 -right 24 -top 24 -bottom 24 | pnmtopng -quiet |
        pngquant --strip --nofs --speed 1 --output "$2" --force 16 -
}

mkdir -p "$out"
shrink tests/snapshots/home-portrait.png "$out/home.png"
shrink tests/snapshots/home-en.png "$out/home-en.png"
shrink tests/snapshots/apply-review-portrait.png "$out/review.png"
shrink tests/snapshots/apply-review-en.png "$out/review-en.png"
shrink tests/snapshots/receipt-printing-portrait.png "$out/receipt.png"
shrink tests/snapshots/apply-review-yellow.png "$out/contrast.png"
shrink_slip tests/snapshots/slips/receipt-80.png "$out/slip.png"
shrink_slip tests/snapshots/slips/receipt-en-80.png "$out/slip-en.png"
if [ -n "$phone" ]; then
    shrink "$phone/phone-known.png" "$out/phone.png"
    shrink "$phone/phone-english.png" "$out/phone-en.png"
fi

for picture in "$out"/*.png; do
    bytes=$(wc -c <"$picture")
    if [ "$bytes" -gt "$most_bytes" ]; then
        echo "$picture has $bytes bytes; the most is $most_bytes" >&2
        exit 1
    fi
    printf '%7d  %s\n' "$bytes" "$picture"
done
