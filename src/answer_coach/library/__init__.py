"""Files to rubrics, prompts, exemplars and limits; the only place that reads YAML."""
