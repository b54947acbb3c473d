"""A college answers to its own names only: certificates carry the address of the request where no other is set."""

from pathlib import Path

from app.factory import create_app
from config import Settings


def test_a_foreign_host_is_refused_and_the_own_one_answered(database, clock, tmp_path):
    settings = Settings(
        app_env="test", database_url=database, data_dir=tmp_path / "var", media_dir=tmp_path / "media",
        secret_key="test-secret-of-no-worth-0123456789abcdef", public_url="https://college.example.org",
    )  # fmt: skip
    app = create_app(settings, clock=clock)
    try:
        answers = {host: app.test_client().get("/healthz", headers={"Host": host}) for host in ("college.example.org", "evil.example.com")}
        assert {host: answer.status_code for host, answer in answers.items()} == {"college.example.org": 200, "evil.example.com": 400}
        assert b"evil" not in answers["evil.example.com"].data
    finally:
        app.extensions["college"].engine.dispose()


def test_nginx_hands_on_the_asked_host_with_its_port_in_every_location() -> None:
    """nginx inherits `proxy_set_header` only where a location sets none; without the port every beat is a wrong origin."""
    deploy = Path(__file__).resolve().parents[2] / "deploy"
    server = (deploy / "nginx.conf").read_text().split("server {", 1)[1]
    assert "include /etc/nginx/college-proxy.conf;" in server.split("location", 1)[0]
    assert "proxy_set_header" not in server
    handed_on = (deploy / "college-proxy.conf").read_text()
    assert "proxy_set_header Host $http_host;" in handed_on and "proxy_set_header X-Forwarded-Host $http_host;" in handed_on
