namespace Papers;

/// <summary>A published set of images, 28 x 28.</summary>
public enum ImageSet
{
    /// <summary>Handwritten digits.</summary>
    Mnist,

    /// <summary>Clothes.</summary>
    FashionMnist,

    /// <summary>Handwritten digits and letters, 47 classes.</summary>
    EmnistBalanced,
}
