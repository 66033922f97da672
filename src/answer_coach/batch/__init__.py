"""Many answers: read as a stream, graded as fast as the endpoint allows, kept so that nothing is lost or paid twice."""
