package kinds

func opensearchLives() []life {
	return nil
}
