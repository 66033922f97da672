"""Many answers: read as a stream, graded within what the endpoint allows, kept so that nothing is lost or paid twice."""
