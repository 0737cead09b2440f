using System.Text.RegularExpressions;

namespace VideoGen.Stages.Documents;

/// <summary>The words of a picture's description, without those by which Marp and others say where and how large it is drawn.</summary>
internal static partial class PictureWords
{
    public static string Of(string description)
    {
        var words = description.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isGround = words is ["bg", ..];
        return isGround || words.Any(word => Sized().IsMatch(word))
            ? string.Join(' ', words.Where(word => !Sized().IsMatch(word) && !(isGround && Placed().IsMatch(word))))
            : description;
    }

    [GeneratedRegex(
        @"^(?:w|h|width|height|blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia):[\d.,a-z%]+$|^\|\d+(?:x\d+)?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Sized();

    [GeneratedRegex(@"^(?:bg|fit|cover|contain|auto|inline|\d+%|(?:left|right|vertical)(?::\d+%)?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Placed();
}
