using System.Text;
using VideoGen.Silo.Dashboard.Assets;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>The script of the pages as it is served.</summary>
public sealed class DashboardAssetsTests
{
    [Fact]
    public async Task TheScriptOfThePagesIsSmall()
    {
        using var stream = typeof(DashboardAssets).Assembly.GetManifestResourceStream("assets/dashboard.js")!;
        using var reader = new StreamReader(stream);
        var served = DashboardAssets.SqueezeScript(
            DashboardAssets.Squeeze(await reader.ReadToEndAsync(TestContext.Current.CancellationToken)));

        Assert.InRange(Encoding.UTF8.GetByteCount(served), 1, 10_000);
    }

    [Theory]
    [InlineData("const two = (n) => ('0' + n).slice(-2);", "const two=n=>('0'+n).slice(-2);")]
    [InlineData("all('p').forEach((p) => { p.hidden = true; });", "all('p').forEach(p=>{p.hidden=true});")]
    [InlineData("const read = async (url) => (await fetch(url)).text();", "const read=async(url)=>(await fetch(url)).text();")]
    [InlineData("const say = (id, text) => `${id}: (x) => ${text}`;", "const say=(id,text)=>`${id}: (x) => ${text}`;")]
    [InlineData("return (a) => a;", "return(a)=>a;")]
    public void OfTheScriptIsLeftOutWhatPartsNoWords(string script, string served) => Assert.Equal(served, DashboardAssets.SqueezeScript(script));
}
