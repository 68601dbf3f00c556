#!/usr/bin/env bash
# The message catalogues: tools/catalogues.sh [extract|init LANGUAGE|update|compile]; without a word: extract, update, compile.
#
# After a change of text: run it, translate what is empty in matchmaker/translations/*/LC_MESSAGES/messages.po,
# run it again and commit the .po and .mo files. tools/check_catalogues.py says what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH=$PWD
python=.venv/bin/python
[ -x "$python" ] || python=python3
template=build/messages.pot
folder=matchmaker/translations

extract() {
    mkdir -p build
    "$python" -m tools.message_template "$template"
}

update() {
    compgen -G "$folder/*/LC_MESSAGES/messages.po" > /dev/null || return 0
    "$python" -m babel.messages.frontend update --no-fuzzy-matching --ignore-obsolete --no-wrap \
        --ignore-pot-creation-date -i "$template" -d "$folder"
}

compile() {
    compgen -G "$folder/*/LC_MESSAGES/messages.po" > /dev/null || return 0
    "$python" -m babel.messages.frontend compile -d "$folder"
}

case ${1:-all} in
    extract) extract ;;
    init) extract && "$python" -m babel.messages.frontend init --no-wrap -i "$template" -d "$folder" -l "$2" ;;
    update) extract && update ;;
    compile) compile ;;
    all) extract && update && compile ;;
    *) sed -n 2p "$0" && exit 2 ;;
esac
