package kinds

func codebuildLives() []life {
	return nil
}
