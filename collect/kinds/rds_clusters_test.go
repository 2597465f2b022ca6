package kinds

func rdsClustersLives() []life {
	return nil
}
