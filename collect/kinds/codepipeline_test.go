package kinds

func codepipelineLives() []life {
	return nil
}
