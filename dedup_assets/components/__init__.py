"""The component that turns a department's document into assets and checks."""
