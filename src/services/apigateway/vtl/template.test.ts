import assert from "node:assert/strict";
import { test } from "node:test";
import { Functions } from "./functions.ts";
import { Input, type Params } from "./input.ts";
import { render } from "./template.ts";

const PARAMS: Params = {
  path: { id: "7" },
  querystring: { type: "dog", id: "from the query" },
  header: { Accept: "text/html", "X-Trace": "it's" },
};

function mapped(template: string, body: unknown = "", more: Record<string, unknown> = {}): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return render(template, {
    input: new Input(text, () => PARAMS),
    util: new Functions(),
    context: { requestId: "r-1", identity: { sourceIp: "1.2.3.4" }, requestOverride: { header: {} } },
    stageVariables: { table: "Pets" },
    ...more,
  });
}

const json = (text: string) => JSON.parse(text) as unknown;

// The examples of AWS's mapping template reference.

const PHOTOS = {
  photos: {
    page: 1,
    pages: "1234",
    perpage: 100,
    total: "123398",
    photo: [
      {
        id: "12345678901",
        owner: "23456789@A12",
        title: "Sample photo 1",
        ispublic: 1,
        isfriend: 0,
        isfamily: 0,
      },
      {
        id: "23456789012",
        owner: "34567890@B23",
        title: "Sample photo 2",
        ispublic: 1,
        isfriend: 0,
        isfamily: 0,
      },
    ],
  },
};

test("a list is mapped to a list of other objects", () => {
  const template = `#set($inputRoot = $input.path('$'))
{
  "photos": [
#foreach($elem in $inputRoot.photos.photo)
    {
      "id": "$elem.id",
      "owner": "$elem.owner",
      "title": "$elem.title",
      "ispublic": $elem.ispublic
    }#if($foreach.hasNext),#end

#end
  ]
}`;
  assert.deepEqual(json(mapped(template, PHOTOS)), {
    photos: PHOTOS.photos.photo.map(({ id, owner, title, ispublic }) => ({ id, owner, title, ispublic })),
  });
});

test("the pass-through template gives all parameters, the context and the variables", () => {
  const template = `#set($allParams = $input.params())
{
"params" : {
#foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
"$type" : {
    #foreach($paramName in $params.keySet())
    "$paramName" : "$util.escapeJavaScript($params.get($paramName)).replaceAll("\\\\'","'")"
        #if($foreach.hasNext),#end
    #end
}
    #if($foreach.hasNext),#end
#end
},
"stage-variables" : {
#foreach($key in $stageVariables.keySet())
"$key" : "$util.escapeJavaScript($stageVariables.get($key))"
    #if($foreach.hasNext),#end
#end
},
"context" : { "request-id" : "$context.requestId", "source-ip" : "$context.identity.sourceIp", "user" : "$context.identity.user" }
}`;
  assert.deepEqual(json(mapped(template)), {
    params: { path: PARAMS.path, querystring: PARAMS.querystring, header: PARAMS.header },
    "stage-variables": { table: "Pets" },
    context: { "request-id": "r-1", "source-ip": "1.2.3.4", user: "" },
  });
});

test("$input.json gives JSON text, $input.path a value, $input.body the payload", () => {
  const body = { name: 'a "b"', list: [1, 2], deep: { x: null } };
  assert.equal(mapped("$input.json('$.name')", body), '"a \\"b\\""');
  assert.equal(mapped("$input.json('$')", body), JSON.stringify(body));
  assert.equal(mapped("$input.json('$.list')", body), "[1,2]");
  assert.equal(mapped("$input.path('$.name')", body), 'a "b"');
  assert.equal(mapped("$input.path('$.list').size()", body), "2");
  assert.equal(mapped("$input.path('$.deep')", { deep: { x: 1, y: "z" } }), "{x=1, y=z}");
  assert.equal(mapped("$input.body", body), JSON.stringify(body));
  assert.equal(mapped("$input.json('$')"), "{}");
  assert.equal(mapped("$input.json('$.nothing')", body), '""');
  assert.equal(mapped("$input.path('$.nothing')", body), "");
});

test("lists of documents print as JSON, those that a template makes as Java's do", () => {
  const body = { list: [1, "a", { b: "c" }] };
  assert.equal(mapped("$input.path('$.list')", body), '[1,"a",{"b":"c"}]');
  assert.equal(
    mapped("#set($l = [1, 'a', {'b': 'c'}, []])$l $l.toString()"),
    "[1, a, {b=c}, []] [1, a, {b=c}, []]",
  );
  assert.equal(mapped("#set($l = [1..3])$l"), "[1, 2, 3]");
  assert.equal(
    mapped("#set($l = [])#set($done = $l.add($input.path('$.list')))$l", body),
    '[[1,"a",{"b":"c"}]]',
  );
  assert.equal(
    mapped("#set($m = {'a': 1, 'b': [2]})$m.keySet() $m.values() $m"),
    "[a, b] [1, [2]] {a=1, b=[2]}",
  );
});

test("a parameter is looked for in the path, then the query string, then the headers", () => {
  assert.equal(mapped("$input.params('id')"), "7");
  assert.equal(mapped("$input.params('type')"), "dog");
  assert.equal(mapped("$input.params('accept')"), "text/html");
  assert.equal(mapped("$input.params('nothing')"), "");
  assert.equal(mapped("$input.params().querystring.id"), "from the query");
  assert.equal(mapped("$input.params().get('header').get('Accept')"), "text/html");
});

test("$util escapes, encodes and parses", () => {
  assert.equal(mapped(`$util.escapeJavaScript("it's a/b")`), "it\\'s a\\/b");
  assert.equal(mapped("$util.escapeJavaScript($input.path('$.t'))", { t: '"\n\u00e9' }), '\\"\\n\\u00E9');
  assert.equal(mapped("$util.urlEncode('a b&c=d/é')"), "a+b%26c%3Dd%2F%C3%A9");
  assert.equal(mapped("$util.urlDecode('a+b%26')"), "a b&");
  assert.equal(mapped("$util.base64Encode('hello')"), "aGVsbG8=");
  assert.equal(mapped("$util.base64Decode('aGVsbG8=')"), "hello");
  assert.equal(mapped("#set($o = $util.parseJson($input.body))$o.a.b[1]", { a: { b: [1, 2] } }), "2");
});

test("values answer to Java's methods", () => {
  assert.equal(
    mapped('#set($s = "Hello, World")$s.length() $s.toUpperCase() $s.substring(0, 5)'),
    "12 HELLO, WORLD Hello",
  );
  assert.equal(mapped('#set($s = "a-b-c")#foreach($p in $s.split("-"))[$p]#end'), "[a][b][c]");
  assert.equal(mapped('#set($s = "a1b22")$s.replaceAll("[0-9]+", "#")'), "a#b#");
  assert.equal(
    mapped("#set($m = {})$!m.put('k', 'v')$m.get('k') $m.containsKey('x') $m.size()"),
    "v false 1",
  );
  assert.equal(mapped("#set($l = [])#set($ok = $l.add('x'))$l.size() $l.isEmpty() $l.get(0)"), "1 false x");
  assert.equal(
    mapped("#foreach($e in $input.path('$').entrySet())$e.key=$e.value;#end", { a: 1, b: 2 }),
    "a=1;b=2;",
  );
});

test("a condition is true unless it is false or null", () => {
  assert.equal(mapped('#if("")yes#{else}no#end'), "yes");
  assert.equal(mapped("#if(0)yes#{else}no#end"), "yes");
  assert.equal(mapped("#if($input.path('$.nothing'))yes#{else}no#end", { a: 1 }), "no");
  assert.equal(mapped("#if($input.path('$.a') == 1 && !$input.path('$.b'))yes#end", { a: 1 }), "yes");
  assert.equal(mapped("#if($input.params('x') != '')yes#{elseif}(true)no#end"), "");
});

test("unknown members of AWS's variables print nothing, unknown variables their own name", () => {
  assert.equal(mapped("[$context.nothing][$stageVariables.none][$foo]"), "[][][$foo]");
  assert.equal(mapped("[${stageVariables.table}]"), "[Pets]");
});

test("a template can set overrides in the context", () => {
  const context = { requestOverride: { header: {} as Record<string, string> } };
  mapped("#set($context.requestOverride.header.X-Id = \"$input.params('id')\")", "", { context });
  assert.deepEqual(context.requestOverride.header, { "X-Id": "7" });
});

test("a loop variable ends with its loop", () => {
  assert.equal(mapped("#set($m = {'a': 1})#foreach($x in $m)$x#end$x"), "1$x");
});

/** Pairs of a template's outcome on a body, as recorded on AWS (April 2025), with other names. */
const PRINTED: readonly [body: unknown, template: string, text: string][] = [
  [{ v: { a: "b" } }, "$input.path('$.v')", "{a=b}"],
  [{ v: { a: "b", c: 1, d: true } }, "$input.path('$.v')", "{a=b, c=1, d=true}"],
  [{ v: [{ a: "b" }] }, "$input.path('$.v')", '[{"a":"b"}]'],
  [{ v: [{ a: "b" }] }, "$input.path('$.v[0]')", "{a=b}"],
  [{ v: { a: [{ b: "c" }] } }, "$input.path('$.v')", '{a=[{"b":"c"}]}'],
  [{ v: { a: [{ b: "c" }] } }, "$input.path('$.v').toString()", '{a=[{"b":"c"}]}'],
  [{ v: { a: { b: "c" } } }, "$input.path('$.v').a.toString()", "{b=c}"],
  [{ v: [] }, "$input.path('$.v')", "[]"],
  [{ v: null }, "[$input.path('$.v')]", "[]"],
  [{}, "[$input.path('$.v')]", "[]"],
  [{}, '#if($input.path("$.v") == "")empty#end', "empty"],
  [{}, "#if($input.path('$.v') == $null)null#end", "null"],
  [{ v: null }, '#if($input.path("$.v") == "")empty#end', "empty"],
  [{ v: [] }, '#if($input.path("$.v") == "")empty#{else}not#end', "not"],
  [{ v: [] }, "#if($input.path('$.v') == $null)null#{else}not#end", "not"],
  [{ v: { a: "b" } }, "$util.escapeJavaScript($input.path('$.v'))", "{a=b}"],
  [{ v: [{ a: "b" }] }, "$util.escapeJavaScript($input.path('$.v'))", '[{\\"a\\":\\"b\\"}]'],
  [{ v: { a: 1 } }, '#set($v = $input.path("$.v"))$v.a/$v.b.', "1/."],
  ["", "[$context.identity][$context.requestOverride.header][$context.identity.sourceIp]", "[][][1.2.3.4]"],
  ["", '#set($m = {"a": "1"})#set($m.b = {"c": "2"})#set($m.b.c = "3")$m.a$m.b.c', "13"],
];

for (const [body, template, text] of PRINTED) {
  test(`${template} of ${JSON.stringify(body)} is ${text}`, () => assert.equal(mapped(template, body), text));
}
