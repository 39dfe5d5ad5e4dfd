from tests.harness.pushed_images import manifest, microsofts_client, push_image  # noqa: F401 - fixtures
