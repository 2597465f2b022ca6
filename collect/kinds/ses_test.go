package kinds

func sesLives() []life {
	return nil
}
