"""Pictures of the stages inside one step."""
