"""The front page of the movement: each part for whom it is."""

import pytest


def cards_of(page):
    return [one["href"] for one in page.every("a") if (one.get("href") or "").startswith("/phong-trao/")]


@pytest.mark.parametrize("name", ["hoa", "minh", "thu", "duc", "quan"])
def test_each_card_opens(browser, app, name):
    page = browser.come_as(name).open("/phong-trao")
    assert {"/phong-trao/vuong-mac", "/phong-trao/hoat-dong"} <= set(cards_of(page))
    for address in cards_of(page):
        browser.open(address)


def test_who_looks_after_the_ward_next_door_finds_no_log_here(browser, app):
    assert "/phong-trao/hoat-dong" not in cards_of(browser.come_as("xa").open("/phong-trao"))


def test_residents_and_strangers_do_not_stand_here(browser, app):
    browser.open("/phong-trao", expect=302)
    browser.come_as("lan").open("/phong-trao", expect=403)
