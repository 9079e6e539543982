"""What `app.learn` found, for people: lines of text, pages for a browser, data for programs."""
