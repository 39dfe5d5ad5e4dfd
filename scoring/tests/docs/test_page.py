"""The page to try the service, in a real browser."""

import json
import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

BROWSER = (
    shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
)
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER), reason="needs Chromium and its chromedriver on the PATH"
)


class Page:
    def __init__(self, driver):
        self.driver = driver
        self.wait = WebDriverWait(driver, 30)

    def open(self, server):
        self.driver.get(server.url + "/docs")
        return self

    def element(self, name):
        return self.driver.find_element(By.ID, name)

    def text(self, name):
        return self.element(name).text

    def send(self):
        self.driver.execute_script("document.getElementById('status').textContent = ''")
        self.element("send").click()
        self.wait.until(lambda _: self.text("status"))
        return self.text("status")

    def loaded(self):
        self.wait.until(lambda _: self.text("path"))
        return self

    def problems(self):
        return [
            entry
            for entry in self.driver.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING")
        ]


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    profile = tmp_path_factory.mktemp("profile")
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--no-proxy-server",
        f"--user-data-dir={profile}",
        "--window-size=1200,1000",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield found
    found.quit()


@pytest.fixture
def page(driver):
    driver.get("about:blank")
    driver.get_log("browser")
    return Page(driver)


def test_a_row_is_filled_in_and_scored(start_server, ridge_folder, page):
    server = start_server(ridge_folder, "--trust-pickle", SERVICE_NAME="diabetes")
    page.open(server).loaded()
    assert page.text("title") == "diabetes"
    page.wait.until(lambda _: page.text("health") == "ready")
    cells = page.driver.find_elements(By.CSS_SELECTOR, "#form input")
    assert len(cells) == 10
    for cell in cells:
        cell.clear()
        cell.send_keys("0.05")
    page.driver.find_element(By.CSS_SELECTOR, "#form .add").click()
    assert page.send() == "200 OK"
    answer = json.loads(page.text("answer"))
    assert len(answer) == 2
    assert answer == server.score({"data": [[0.05] * 10] * 2}).json()
    assert page.text("latency").endswith(" ms")
    assert page.text("request-id") != "not told"
    assert not page.problems()


def test_tensors_of_the_protocol(start_server, ridge_folder, page):
    page.open(start_server(ridge_folder, "--trust-pickle")).loaded()
    Select(page.element("target")).select_by_index(1)
    assert page.text("path").endswith("/infer")
    assert page.send() == "200 OK"
    assert json.loads(page.text("answer"))["outputs"][0]["shape"][0] == 1


def test_json_and_mistakes(start_server, script, page):
    page.open(start_server(script)).loaded()
    assert not page.element("as-form").is_enabled()
    body = page.element("body")
    body.clear()
    body.send_keys('{"data": [[1, 2]')
    page.element("send").click()
    assert "not JSON" in page.text("problem")
    body.send_keys("]}")
    assert page.send() == "200 OK"
    assert json.loads(page.text("answer")) == [3]
    body.clear()
    body.send_keys("{}")
    assert page.send().startswith("500")
    assert "bad" in page.element("status").get_attribute("class")


def test_the_key_is_asked_for_and_not_kept(start_server, script, page):
    key = "one-secret-key-of-ours"
    server = start_server(script, SLIPWAY_PRIMARY_KEY=key)
    page.open(server)
    page.wait.until(lambda _: "asks for a key" in page.text("problem"))
    page.element("key").send_keys(key + "\t")
    page.loaded()
    page.element("body").clear()
    page.element("body").send_keys('{"data": [[1]]}')
    assert page.send() == "200 OK"
    assert key not in page.text("snippet")
    assert "$SCORING_KEY" in page.text("snippet")
    kept = page.driver.execute_script(
        "return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert kept == '[{},{},""]'
    page.open(server)
    assert page.element("key").get_attribute("value") == ""


def test_snippets_work(start_server, script_folder, page, tmp_path):
    import subprocess
    import sys

    page.open(start_server(script_folder)).loaded()
    curl = page.text("snippet")
    done = subprocess.run(
        ["sh", "-c", curl.replace("curl ", "curl -s ", 1)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [3, 7]
    page.driver.find_element(By.CSS_SELECTOR, "[data-language=python]").click()
    done = subprocess.run(
        [sys.executable, "-c", page.text("snippet")], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[3, 7]\n"
    page.driver.find_element(By.CSS_SELECTOR, "[data-language=csharp]").click()
    assert "PostAsync(" in page.text("snippet")


def test_it_can_be_used_by_keyboard_and_screen_reader(start_server, script_folder, page):
    page.open(start_server(script_folder)).loaded()
    unnamed = page.driver.execute_script(
        "return [...document.querySelectorAll('input, select, textarea, button, a')].filter(e => e.offsetParent"
        " && !e.innerText.trim() && !e.getAttribute('aria-label') && !(e.labels && e.labels.length))"
        ".map(e => e.outerHTML)"
    )
    assert unnamed == []
    assert page.driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    page.driver.execute_script("document.getElementById('send').focus()")
    from selenium.webdriver.common.keys import Keys

    page.driver.switch_to.active_element.send_keys(Keys.CONTROL, Keys.ENTER)
    page.wait.until(lambda _: page.text("status") == "200 OK")
