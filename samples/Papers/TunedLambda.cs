namespace Papers;

/// <summary>A λ that the paper chose.</summary>
/// <param name="Loss">The name of the loss.</param>
/// <param name="Lambda">λ; the middle of a range that did equally well.</param>
/// <param name="ValidationAccuracy">The accuracy for which it was chosen.</param>
internal sealed record TunedLambda(string Loss, float Lambda, double ValidationAccuracy);
