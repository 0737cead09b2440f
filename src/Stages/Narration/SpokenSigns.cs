using System.Collections.Frozen;
using System.Text.RegularExpressions;
using VideoGen.Stages.Dialects;

namespace VideoGen.Stages.Narration;

/// <summary>Signs that carry a meaning in English words: check marks, Greek letters, signs of mathematics, pictures that stand for a word.</summary>
internal static partial class SpokenSigns
{
    private static readonly FrozenDictionary<string, string> Answers = WordPairs.Of(
        "✅=yes;✔=yes;✓=yes;☑=yes;🗹=yes;❌=no;✗=no;✘=no;✖=no;❎=no;☒=no;🚫=no;⚠=warning;❓=unknown;⏳=pending;🚧=under construction;🔒=locked;"
        + "🔓=unlocked;🟢=green;🟡=yellow;🔴=red;🟠=orange;❤=heart;👍=thumbs up;👎=thumbs down;⬆=up;⬇=down");

    private static readonly FrozenDictionary<string, string> Mathematics = WordPairs.Of(
        "α=alpha;β=beta;γ=gamma;δ=delta;ε=epsilon;ζ=zeta;η=eta;θ=theta;κ=kappa;λ=lambda;μ=mu;ν=nu;ξ=xi;π=pi;ρ=rho;σ=sigma;τ=tau;φ=phi;"
        + "χ=chi;ψ=psi;ω=omega;Δ=delta;Σ=sigma;Ω=omega;Γ=gamma;Λ=lambda;Φ=phi;Ψ=psi;Θ=theta;∑=the sum of;∏=the product of;"
        + "∫=the integral of;√=the square root of;∞=infinity;∂=partial;∈=in;∉=not in;∀=for all;∃=there is;∅=the empty set;∪=union;"
        + "∩=intersected with;⊂=within;⊆=within;∇=nabla;·=times;÷=divided by;∧=and;∨=or;¬=not;∝=proportional to;≡=is identical to;"
        + "§=section;№=number;ℝ=R;ℕ=N;ℤ=Z;ℚ=Q;ℂ=C;′=prime;Å=angstrom");

    public static string Say(string text)
    {
        if (text.All(char.IsAscii))
        {
            return text;
        }

        text = Stars().Replace(text, match =>
        {
            var (full, all) = (match.Value.Count(c => c is '★' or '⭐'), match.Value.Count(c => c is '★' or '⭐' or '☆'));
            return full == all ? $"{full} star{(full == 1 ? "" : "s")}" : $"{full} of {all} stars";
        });
        text = Answer().Replace(text, match =>
        {
            var word = Answers[match.Groups["sign"].Value];
            return match.Groups["first"].Success ? $"{char.ToUpperInvariant(word[0])}{word[1..]}: " : $" {word}{(match.Groups["next"].Success ? ", " : " ")}";
        });
        text = Limits().Replace(text, match =>
        {
            var (from, to) = (TexText.Level(match.Groups["from"].Value).Replace("=", " equals ", StringComparison.Ordinal),
                TexText.Level(match.Groups["to"].Value));
            return $" {Mathematics[match.Groups["sign"].Value][..^" of".Length]} from {from}{(to.Length > 0 ? $" to {to}" : "")} of ";
        });
        return Sign().Replace(text, match => $" {Mathematics[match.Value]} ");
    }

    [GeneratedRegex("[★⭐][★⭐☆]*|☆+[★⭐]")]
    private static partial Regex Stars();

    [GeneratedRegex(
        @"(?:(?<first>^\s*(?=\S+\s*\p{L}))|)(?<sign>✅|✔|✓|☑|🗹|❌|✗|✘|✖|❎|☒|🚫|⚠|❓|⏳|🚧|🔒|🔓|🟢|🟡|🔴|🟠|❤|👍|👎|⬆|⬇)"
        + @"(?:\uFE0F|\uD83C[\uDFFB-\uDFFF])?\s*(?<next>(?=\p{L}))?",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Answer();

    [GeneratedRegex(@"(?<sign>[∫∑∏])(?<from>[₀-₉ₐ-ₜᵢⱼᵣᵤᵥₓ₊₋₌₍₎]+)(?<to>[⁰¹²³⁴-ⁿⁱᵃ-ᶻʰʲˡ-ˣʳʷʸ]*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Limits();

    /// <summary>Greek letters count one by one; in a Greek word they are a word.</summary>
    [GeneratedRegex(
        @"(?<!\p{IsGreek})[αβγδεζηθκλμνξπρστφχψωΔΣΩΓΛΦΨΘ](?!\p{IsGreek})|[∑∏∫√∞∂∈∉∀∃∅∪∩⊂⊆∇÷∧∨¬∝≡§№ℝℕℤℚℂ′Å]|(?<=[\p{L}\d)⁰-⁹²³¹]\s?)·(?=\s?[\p{L}\d(])")]
    private static partial Regex Sign();
}
