using VideoGen.Stages.Tests.Contract;

namespace VideoGen.Stages.Tests.Dialects;

/// <summary>What other programs write into Markdown is understood or dropped, and what is for the speaker alone is never published.</summary>
public sealed class DialectTests : IDisposable
{
    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("# A\n\nText.\n\nNote:\nsecret words\n\n---\n\n## B\n\nMore.")]
    [InlineData("# A\n\nText.\n\n---\n\n## B\n\nMore.\n\nNotes: secret\n\n--\n\n## C\n\nEnd.")]
    [InlineData("# A\n\nText.\n\n???\n\nsecret words\n\n---\n\n## B\n\nMore.")]
    [InlineData("# A\n\nText.\n\n<aside class=\"notes\">\nsecret\n\nsecret too\n</aside>\n\nMore.")]
    [InlineData("# A\n\nText.\n\n::: notes\nsecret\n:::\n\nMore.")]
    [InlineData("# A\n\nText.\n\n::: {.notes}\nsecret\n:::\n\nMore.")]
    [InlineData("# A\n\nText.\n\n<!--\nsecret\n\nnotes\n-->\n\nMore.")]
    [InlineData("# A\n\nText. %%secret%%\n\n%%\nsecret\n\nsecret\n%%\n\nMore.")]
    [InlineData("# A\n\nText.\n\n{% comment %}\nsecret\n{% endcomment %}\n\nMore.")]
    [InlineData("# A\n\nText.\n\n{{</* secret */>}}\n\n{/* secret */}\n\nMore.")]
    [InlineData("# A\n\nText.\n\n^ secret words for the speaker\n\nMore.")]
    [InlineData("A\n=\n\nText.\n\n.. secret comment\n   more of the secret\n\nMore.", "a.rst")]
    public async Task NotesAndCommentsAreNeverPublished(string text, string name = "a.md")
    {
        var told = await _bench.TellAsync(text, name);

        Assert.Contains("Text.", told.Shown, StringComparison.Ordinal);
        Assert.Contains("More.", told.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told.Shown + told.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# A\n\nText.\n\nNote: read this.\n\n---\n\n## B\n\nMore.", "Note: read this.")]
    [InlineData("# A\n\nText.\n\nNote:\n\n- one\n\n## B\n\nMore.", "one")]
    [InlineData("# A\n\nText is 100%% true and 5%% is not.\n\n```\n%% code %% stays\n```", "%% code %% stays")]
    public async Task WhatIsNoNoteIsPublished(string text, string shown) =>
        Assert.Contains(shown, (await _bench.TellAsync(text)).Shown, StringComparison.Ordinal);

    [Theory]
    [InlineData("# A\n\nText.\n\n---\nlayout: center\nclass: text-center\n---\n\n# B\n\nMore.\n\n::right::\n\nEnd.", "layout|class|right|---")]
    [InlineData("---\nmarp: true\n---\n\n<!-- _class: lead -->\n\n# A\n\nText.\n\n![bg left:40% w:300](x.png)\n\nMore. End.", "lead|bg|left|40|300")]
    [InlineData("# A\n\nText.\n\n{{< figure src=\"b.png\" title=\"More.\" >}}\n\n{{% notice tip %}}\nEnd.\n{{% /notice %}}", "figure|notice|\\{\\{")]
    [InlineData(
        "# A\n\nText. {{ site.title }}\n\n{% include x.html a=\"b\" %}\n\nMore.\n{: .notice}\n\n* TOC\n{:toc}\n\nEnd.",
        "site|include|notice|toc|TOC|\\{")]
    [InlineData("# A\n\n!!! warning \"Text.\"\n\n    More.\n\n=== \"Tab\"\n\n    End.\n\n*[HTML]: Hyper\n\n--8<-- \"x.md\"\n", "!!!|===|\\*\\[|8<|Hyper")]
    [InlineData(
        "import X from '@site/x';\n\n# A\n\n:::tip Text.\n\nMore.\n\n:::\n\n::: {.callout-note collapse=\"true\"}\n## Why\nEnd.\n:::\n\n<Tabs><X/></Tabs>",
        ":::|callout|import|collapse")]
    [InlineData(
        "# A {#a .b}\n\n[Text.]{.mark} More [@smith2020, p. 3].\n\n\\newpage\n\n## B {-}\n\n![End.](x.png){width=50%}",
        "#a|mark|smith|newpage|\\{|width")]
    [InlineData(
        "# A\n\n[[Page|Text.]] and [[More.]] ![[note]] ^abc123\n\n#tag #other\n\n> [!tip]- Title\n> End.\n\n```dataview\nLIST\n```",
        "\\[\\[|Page|abc123|tag|LIST|\\]\\]")]
    [InlineData(
        "# A\n\n```{note} Text.\nMore.\n```\n\n```{toctree}\nhidden\n```\n\n```{code-block} python\n:linenos:\nx = 1\n```\n\nEnd.",
        "\\{note|hidden|linenos|code-block")]
    [InlineData("# A\n\nText. :material-check: More[^none]. End.\\label{x}", "material|none|label")]
    public async Task DialectsAreUnderstoodOrDropped(string text, string raw)
    {
        var told = await _bench.TellAsync(text);

        Assert.Contains("Text", told.Shown, StringComparison.Ordinal);
        Assert.Contains("More", told.Shown, StringComparison.Ordinal);
        Assert.Contains("End", told.Shown, StringComparison.Ordinal);
        Assert.DoesNotMatch(raw, told.Shown + told.Said);
    }

    [Theory]
    [InlineData("!!! warning\n    The sun burns.", "Warning: The sun burns.")]
    [InlineData("!!! warning \"Not at noon\"\n\n    The sun burns.", "Warning: Not at noon.\nThe sun burns.")]
    [InlineData("??? note \"Why\"\n    A lens.", "Note: Why.\nA lens.")]
    [InlineData("=== \"Summer\"\n\n    Water daily.\n\n=== \"Winter\"\n\n    Do not.", "Summer: Water daily.\nWinter: Do not.")]
    [InlineData(":::tip\nUse a can.\n:::", "Tip: Use a can.")]
    [InlineData(":::info[Read me]\nIt is short.\n:::", "Info: Read me.\nIt is short.")]
    [InlineData("::: {.callout-note}\n## Why\nA lens.\n:::", "Note: Why.\nA lens.")]
    [InlineData("{{ page.author }} wrote it.", "Ada wrote it.")]
    [InlineData("See [[Beds#North]], [[Paths|the paths]].", "See Beds, North, the paths.")]
    [InlineData("Text.^[An aside.]", "An aside.")]
    public async Task LabelsBecomeWords(string text, string shown) => Assert.Contains(
        shown,
        (await _bench.TellAsync("---\nauthor: Ada\n---\n# A\n\nSome words come first, and they are not few, so that nothing else is under the title.\n\n"
            + text)).Shown,
        StringComparison.Ordinal);

    [Fact]
    public async Task RestructuredTextIsRead()
    {
        const string Text =
            """
            ====
            Plan
            ====

            :Author: Ada

            .. contents::

            Beds
            ----

            Use ``spade`` and *rake*; see :ref:`the paths <paths>` or `our page <https://example.org>`_.

            .. note:: Water early.

            Run this::

                gate open

            .. code-block:: python

               x = 1

            ====== =====
            Tool   Price
            ====== =====
            Spade  15
            ====== =====
            """;

        var told = await _bench.TellAsync(Text, "plan.rst");

        Assert.Equal("Plan", told.Config.Title);
        Assert.Contains("Use spade and rake; see the paths or our page.", told.Shown, StringComparison.Ordinal);
        Assert.Contains("Note: Water early.", told.Shown, StringComparison.Ordinal);
        Assert.Contains("gate open", told.Shown, StringComparison.Ordinal);
        Assert.Contains("x = 1", told.Shown, StringComparison.Ordinal);
        Assert.Contains("Tool | Price\nSpade | 15", told.Shown, StringComparison.Ordinal);
        Assert.DoesNotMatch("::|contents|:ref|Author|```", told.Shown + told.Said);
    }

    [Fact]
    public async Task CodeIsNeverTouched()
    {
        const string Code = "{{ x }} {% y %} %%z%% $a_1$ [[b]] :::w {: .c} ???";

        var told = await _bench.TellAsync($"# A\n\nText with `{Code}` in it.\n\n```\n{Code}\n---\nlayout: x\n---\n!!! note\n```\n");

        Assert.Contains($"Text with {Code} in it.", told.Shown, StringComparison.Ordinal);
        Assert.Contains($"{Code}\n---\nlayout: x\n---\n!!! note", told.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForeignFrontMatterGivesAFilmAndAWarning()
    {
        var told = await _bench.TellAsync("---\ntitle: A: B\nvoice: alloy\nsize: A4\nlang: en_US\n---\n\nText.");

        Assert.Equal(("A: B", "slt", 1920, "en-US"), (told.Config.Title, told.Config.Voice, told.Config.Width, told.Config.Language));
        Assert.Contains("alloy", told.Warnings, StringComparison.Ordinal);
        Assert.Contains("A4", told.Warnings, StringComparison.Ordinal);
    }
}
