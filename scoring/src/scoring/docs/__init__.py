"""What the server tells a person about itself: an OpenAPI document of every route, and a page to try them."""
