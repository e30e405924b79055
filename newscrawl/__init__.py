"""newscrawl: news pages to clean, dated records in which every removed block is explained."""
