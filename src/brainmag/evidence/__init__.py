"""What the publications weigh: claims, what their sources say, how sure that is, trials pooled."""
