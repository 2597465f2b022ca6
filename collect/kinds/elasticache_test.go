package kinds

func elasticacheLives() []life {
	return nil
}
