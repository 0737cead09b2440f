using System.Collections.Frozen;
using System.Text;

namespace VideoGen.Stages.Dialects;

/// <summary>A formula in TeX as a line of text, where every part of it has a sign of its own: <c>A = \pi r^2</c> is A = π r².</summary>
internal static class TexText
{
    /// <summary>The longest formula that is looked at.</summary>
    private const int MaxLength = 400;

    private const int MaxDepth = 16;

    private static readonly FrozenDictionary<string, string> Commands = Pairs(
        "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π rho"
        + " ρ sigma σ tau τ upsilon υ "
        + "phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω leq ≤ le ≤ geq ≥ ge ≥ neq ≠"
        + " ne ≠ approx ≈ equiv ≡ sim ∼ "
        + "times × cdot · div ÷ pm ± mp ∓ infty ∞ to → rightarrow → Rightarrow ⇒ implies ⇒ leftarrow ← leftrightarrow ↔ iff ⇔ mapsto ↦ in ∈ notin"
        + " ∉ subset ⊂ subseteq ⊆ "
        + "cup ∪ cap ∩ forall ∀ exists ∃ neg ¬ land ∧ lor ∨ wedge ∧ vee ∨ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫ emptyset ∅ ldots … cdots … dots …"
        + " circ ° prime ′ propto ∝ "
        + "perp ⊥ parallel ∥ angle ∠ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ mid | vert | ell ℓ hbar ħ star ⋆ ast ∗ bullet • oplus ⊕ otimes ⊗ "
        + "log log ln ln lg lg exp exp sin sin cos cos tan tan cot cot max max min min lim lim det det gcd gcd mod mod arg arg sup sup inf inf"
        + " dim dim deg deg");

    private static readonly FrozenDictionary<char,
        char> Raised = Signs("0⁰1¹2²3³4⁴5⁵6⁶7⁷8⁸9⁹+⁺-⁻−⁻=⁼(⁽)⁾nⁿiⁱaᵃbᵇcᶜdᵈeᵉfᶠgᵍhʰjʲkᵏlˡmᵐoᵒpᵖrʳsˢtᵗuᵘvᵛwʷxˣyʸzᶻTᵀ′′");

    private static readonly FrozenDictionary<char, char> Lowered = Signs("0₀1₁2₂3₃4₄5₅6₆7₇8₈9₉+₊-₋−₋=₌(₍)₎aₐeₑhₕiᵢjⱼkₖlₗmₘnₙoₒpₚrᵣsₛtₜuᵤvᵥxₓ");

    private static readonly FrozenDictionary<char, char> Levelled =
        Raised.Concat(Lowered).DistinctBy(pair => pair.Value).ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The formula as text; null where a part of it has no sign, so that only TeX itself says it.</summary>
    public static string? Of(string tex)
    {
        if (tex.Length > MaxLength)
        {
            return null;
        }

        var at = 0;
        var text = Read(tex, ref at, 0, '\0');
        return text is null || at < tex.Length ? null : string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Small raised signs; null where one of them has none.</summary>
    public static string? Raise(string text) => Map(text, Raised);

    /// <summary>Small lowered signs; null where one of them has none.</summary>
    public static string? Lower(string text) => Map(text, Lowered);

    /// <summary>Signs that <see cref="Raise"/> and <see cref="Lower"/> made, as they were.</summary>
    public static string Level(string signs) => string.Concat(signs.Select(c => Levelled.GetValueOrDefault(c, c)));

    private static string? Map(string text, FrozenDictionary<char, char> signs)
    {
        var mapped = new StringBuilder();
        foreach (var c in text.Trim())
        {
            if (c != ' ')
            {
                if (!signs.TryGetValue(c, out var sign))
                {
                    return null;
                }

                mapped.Append(sign);
            }
        }

        return mapped.Length == 0 ? null : mapped.ToString();
    }

    private static string? Read(string tex, ref int at, int depth, char end)
    {
        var text = new StringBuilder();
        while (at < tex.Length && tex[at] != end)
        {
            if (depth > MaxDepth || ReadOne(tex, ref at, depth) is not { } part)
            {
                return null;
            }

            text.Append(part);
        }

        return text.ToString();
    }

    private static string? ReadOne(string tex, ref int at, int depth)
    {
        var c = tex[at++];
        switch (c)
        {
            case '{':
                var inner = Read(tex, ref at, depth + 1, '}');
                at++;
                return at > tex.Length ? null : inner;
            case '}' or '&' or '#' or '$':
                return null;
            case '^':
                return Argument(tex, ref at, depth) is { } raised ? Raise(raised) : null;
            case '_':
                return Argument(tex, ref at, depth) is { } lowered ? Lower(lowered) : null;
            case '~':
                return " ";
            case '\'':
                return "′";
            case '\\':
                return Command(tex, ref at, depth);
            default:
                return char.IsWhiteSpace(c) ? " " : c.ToString();
        }
    }

    private static string? Command(string tex, ref int at, int depth)
    {
        var start = at;
        while (at < tex.Length && char.IsAsciiLetter(tex[at]))
        {
            at++;
        }

        if (at == start)
        {
            return at == tex.Length ? null : tex[at++] switch
            {
                ',' or ';' or ':' or ' ' => " ",
                '!' => "",
                '%' => "%",
                '{' => "{",
                '}' => "}",
                '|' => "‖",
                _ => null,
            };
        }

        var name = tex[start..at];
        switch (name)
        {
            case "left" or "right" or "displaystyle" or "limits" or "nolimits" or "big" or "Big" or "bigl" or "bigr":
                return "";
            case "quad" or "qquad":
                return "  ";
            case "text" or "mathrm" or "mathbf" or "mathit" or "mathsf" or "operatorname" or "textbf" or "boldsymbol":
                return Argument(tex, ref at, depth);
            case "mathbb":
                return Argument(tex, ref at, depth) switch { "R" => "ℝ", "N" => "ℕ", "Z" => "ℤ", "Q" => "ℚ", "C" => "ℂ", _ => null };
            case "sqrt":
                return Argument(tex, ref at, depth) is { } root ? root.Length == 1 ? $"√{root}" : $"√({root})" : null;
            case "frac" or "tfrac" or "dfrac":
                return Argument(tex, ref at, depth) is { } above && Argument(tex, ref at, depth) is { } below ? $"{Bracketed(above)}/{Bracketed(below)}" : null;
            default:
                return Commands.TryGetValue(name, out var sign) ? char.IsAsciiLetter(sign[0]) ? $" {sign} " : Spaced(sign) : null;
        }
    }

    private static string Spaced(string sign) => "≤≥≠≈≡∼×÷±∓→⇒←↔⇔↦∈∉⊂⊆∪∩∝".Contains(sign, StringComparison.Ordinal) ? $" {sign} " : sign;

    private static string Bracketed(string part)
    {
        var trimmed = part.Trim();
        return trimmed.Length == 1 || trimmed.All(char.IsLetterOrDigit) ? trimmed : $"({trimmed})";
    }

    /// <summary>What stands in braces, or the one sign that follows.</summary>
    private static string? Argument(string tex, ref int at, int depth)
    {
        while (at < tex.Length && tex[at] == ' ')
        {
            at++;
        }

        return at >= tex.Length || depth > MaxDepth ? null : ReadOne(tex, ref at, depth + 1);
    }

    private static FrozenDictionary<string, string> Pairs(string words) =>
        words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static FrozenDictionary<char, char> Signs(string pairs) => pairs.Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1]);
}
